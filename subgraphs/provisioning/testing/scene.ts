import type { Principal } from '#auth';
import { Bell, createPostgresBus, openPool } from '#events';
import { makeOwnerlessId } from '#ids';
import { randomUUID } from 'node:crypto';
import { startHouse, type House } from './house.ts';
import { machinesToken, startMachines, until, type Machines } from './machines.ts';
import { openStage, orders, person, purchase, type Stage } from './stage.ts';

export const sku = 'aws:m7i.large:us-east-1';

export type Line = ReturnType<typeof purchase>;

/** A request as its order line shows it. */
export interface RequestView {
  readonly id: string;
  readonly status: string;
  readonly tasks: readonly { readonly key: string }[];
  readonly instance: { readonly id: string };
}

/** The real process beside a downstream system, and the purchase that commands it. */
export interface Scene extends AsyncDisposable {
  readonly stage: Stage;
  readonly machines: Machines;
  readonly house: House;
  /** Tells of a product with these SKUs, or with that one, as the catalogue does. */
  readonly publishProduct: (...skus: readonly string[]) => Promise<void>;
  /** Reserves and starts one unit for somebody new. */
  readonly buy: (hostname: string, templateKey?: string) => Promise<{ ada: Principal; line: Line }>;
  /** Holds one unit of that SKU for the line, unless told otherwise. */
  readonly reserve: (line: Line, of?: { sku: string; quantity: number }) => Promise<void>;
  readonly start: (line: Line, hostname: string, templateKey?: string) => Promise<void>;
  readonly cancel: (line: Line) => Promise<{ readonly undone: boolean }>;
  /** The line's first request, once it is final. */
  readonly final: (caller: Principal, line: Line) => Promise<RequestView>;
  /** The methods that were called for the machine. */
  readonly callsFor: (id: string) => string[];
  /** The types of the order's events, once all are numbered. */
  readonly typesOf: (orderId: string) => Promise<string[]>;
}

export async function openScene(serverUrl: string): Promise<Scene> {
  await using opened = new AsyncDisposableStack();
  const stage = opened.use(await openStage(serverUrl));
  const machines = opened.use(await startMachines());
  const house = opened.use(
    await startHouse({
      PROVISIONING_DATABASE_URL: stage.databaseUrl,
      EVENTS_DATABASE_URL: stage.eventsDatabaseUrl,
      DOWNSTREAM_MACHINES_URL: machines.url,
      DOWNSTREAM_MACHINES_TOKEN: machinesToken,
      PROVISIONING_INITIAL_STOCK: '1000',
    }),
  );

  const scene: Omit<Scene, typeof Symbol.asyncDispose> = {
    stage,
    machines,
    house,
    publishProduct: async (...given) => {
      const skus = given.length > 0 ? given : [sku];
      const pool = openPool(stage.eventsDatabaseUrl, console.error);
      const bus = createPostgresBus(pool, new Bell());
      const end = await bus.append('catalogue', -1, []); // where the log ends, which makes it known
      const event = JSON.stringify(productSaved(skus));
      await bus.append('catalogue', end, [{ position: end + 1, event }]);
      await pool.end();
      await until(async () => (await stage.parts.store.findStock(skus)).length === skus.length);
    },
    buy: async (hostname, templateKey) => {
      const ada = person('provisioning:read:own');
      const line = purchase(ada.id);
      await scene.reserve(line);
      await scene.start(line, hostname, templateKey);
      return { ada, line };
    },
    reserve: async ({ orderId, ownerId, orderLineId }, of = { sku, quantity: 1 }) => {
      const lines = [{ orderLineId, ...of }];
      const idempotencyKey = `${orderLineId}:reserve`;
      await house.ask(orders, reserveMutation, {
        input: { orderId, ownerId, lines, idempotencyKey },
      });
    },
    start: async (line, hostname, templateKey = 'cloud-machine') => {
      const input = {
        ...line,
        sku,
        productName: 'm7i.large',
        quantity: 1,
        templateKey,
        configuration: { hostname },
        idempotencyKey: `${line.orderLineId}:start`,
      };
      await house.ask(orders, startMutation, { input });
    },
    cancel: async (line) => {
      const key = `${line.orderLineId}:cancel`;
      const { outcome } = await house.ask(orders, cancelMutation, { ...line, key });
      return outcome as { undone: boolean };
    },
    final: async (caller, { orderLineId }) =>
      await until(async () => {
        const of = [{ __typename: 'OrderLine', id: orderLineId }];
        const data = await house.ask(caller, requestsOfLine, { of });
        const [line] = data['_entities'] as { provisioningRequests: RequestView[] }[];
        const [request] = line?.provisioningRequests ?? [];
        const status = request?.status ?? 'PENDING';
        return ['PENDING', 'RUNNING', 'COMPENSATING'].includes(status) ? null : request;
      }),
    callsFor: (id) =>
      machines.calls.filter((call) => call.endsWith(id)).map((call) => call.split(' ')[0] ?? ''),
    typesOf: async (orderId) =>
      await until(async () => {
        const page = await stage.parts.streams.page(`order:${orderId}`, 0, 100);
        const types = page.map(({ event }) => event.type);
        return types.some((type) => ends.includes(type)) && types;
      }),
  };
  return Object.assign(opened.move(), scene);
}

const ends = ['request.succeeded', 'request.failed', 'request.compensated', 'request.cancelled'];

function productSaved(skus: readonly string[]) {
  const productId = makeOwnerlessId('prd', new Date());
  return {
    specversion: '1.0',
    id: randomUUID(),
    source: 'catalogue',
    type: 'product.saved',
    time: new Date().toISOString(),
    actor: 'svc_catalogue',
    data: { productId, slug: 'aws-m7i-large', skus },
  };
}

const reserveMutation = `mutation ($input: ReserveStockInput!) {
  outcome: reserveStock(input: $input) { userErrors { code } }
}`;
const startMutation = `mutation ($input: StartProvisioningInput!) {
  outcome: startProvisioning(input: $input) { requestIds userErrors { code } }
}`;
const cancelMutation = `mutation ($orderId: ID!, $ownerId: ID!, $orderLineId: ID!, $key: String!) {
  outcome: cancelProvisioning(
    orderId: $orderId, ownerId: $ownerId, orderLineId: $orderLineId, idempotencyKey: $key
  ) { undone userErrors { code } }
}`;
const requestsOfLine = `query ($of: [_Any!]!) {
  _entities(representations: $of) {
    ... on OrderLine {
      provisioningRequests {
        id action status progress version failure { code message taskKey }
        template { key version name actions }
        tasks { id key name kind status attempts startedAt finishedAt }
        instance { id status version sku configuration attributes variant { sku } owner { id } }
      }
    }
  }
}`;

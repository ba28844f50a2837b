// For the tests of this house: its parts on a real database, with siblings and a provider that do as told.
import type { Principal } from '#auth';
import { throwAwayDatabase } from '#database';
import { openEvents } from '#events';
import { formatId, makeOwnerlessId } from '#ids';
import { fromMinorUnits, minorUnits } from '#money';
import { addCartLine } from './actions/add-cart-line.ts';
import { applyProvisioningEvent } from './actions/apply-provisioning-event.ts';
import { createCart } from './actions/create-cart.ts';
import type { Catalogue } from './clients/catalogue.ts';
import type { Payments } from './clients/payments.ts';
import type { Provisioning } from './clients/provisioning.ts';
import type { Cart } from './domain/cart.ts';
import type { Offer } from './domain/offer.ts';
import type { Order, OrderLine } from './domain/order.ts';
import type { Parts } from './parts.ts';
import { openDatabase } from './store/database.ts';
import { createOrderStore } from './store/store.ts';

export const ada = person('01900000-0000-7000-8000-00000000000a');
export const eve = person('01900000-0000-7000-8000-00000000000e');

function person(uuid: string): Principal {
  const scopes = new Set(['orders:read:own', 'orders:write:own']);
  return { id: formatId('usr', uuid), scopes, sessionId: null, issuer: 'gateway' };
}

export const machine: Offer = {
  sku: 'aws:m7i.large:us-east-1',
  productName: 'm7i.large',
  onSale: true,
  templateKey: 'cloud-machine',
  configurationFields: [
    {
      name: 'hostname',
      label: 'Host name',
      required: false,
      schema: { type: 'string', maxLength: 63 },
    },
  ],
  price: {
    unitPrice: { amount: '0.1008', currency: 'USD' },
    recurrence: { period: 'HOUR', periodCount: 1 },
  },
};

/** What the siblings and the provider were asked, and how they answer. */
export interface Script {
  offers: Map<string, Offer>;
  available: number | null;
  /** Called by each command before it does anything; may throw. */
  before: (command: string) => void | Promise<void>;
  readonly asked: string[];
  /** What the provider was asked to hold, by the key. */
  readonly held: Map<string, { readonly providerId: string; readonly orderId: string }>;
  reserve: Awaited<ReturnType<Provisioning['reserve']>>;
  authorize: Awaited<ReturnType<Payments['authorize']>> | null;
  capture: Awaited<ReturnType<Payments['capture']>> | null;
  /** Asked again until it is true. */
  undone: () => boolean;
  /** What becomes of a line once it is started. */
  deliver: (line: OrderLine) => Promise<void>;
}

export interface Stage extends AsyncDisposable {
  readonly parts: Parts;
  readonly script: Script;
  readonly databaseUrl: string;
  readonly ownerUrl: string;
  /** What provisioning would tell of the nth unit of a line. */
  tell(order: Pick<Order, 'id'>, line: OrderLine, unit: number, status: string): Promise<void>;
  fillCart(caller: Principal, quantity?: number): Promise<Cart>;
}

/** Reaches its databases by the addresses that `through` makes of theirs. */
export async function openStage(serverUrl: string, through = (url: string) => url): Promise<Stage> {
  const opened = new AsyncDisposableStack();
  const place = opened.use(await throwAwayDatabase(serverUrl, 'orders'));
  const log = opened.use(await throwAwayDatabase(serverUrl, 'events'));
  const [databaseUrl, eventsDatabaseUrl] = [through(place.url), through(log.url)];
  const database = openDatabase(databaseUrl, 10);
  opened.defer(() => database.$disconnect());
  const events = opened.use(
    openEvents({
      source: 'orders',
      databaseUrl,
      eventsDatabaseUrl,
      report: () => undefined,
    }),
  );
  const clock = () => new Date();
  const orders = createOrderStore({ database, bell: events.bell, clock });
  const script: Script = {
    offers: new Map([[machine.sku, machine]]),
    available: null,
    before: () => undefined,
    asked: [],
    held: new Map(),
    reserve: null,
    authorize: null,
    capture: null,
    undone: () => true,
    deliver: () => Promise.resolve(),
  };
  const parts: Parts = {
    orders,
    streams: events.streams,
    signal: events.signal,
    clock,
    catalogue: scriptedCatalogue(script),
    provisioning: scriptedProvisioning(script),
    payments: scriptedPayments(script),
  };
  let told = 0;
  return Object.assign(opened, {
    parts,
    script,
    databaseUrl,
    ownerUrl: place.ownerUrl,
    tell: async (order: Pick<Order, 'id'>, line: OrderLine, unit: number, status: string) => {
      const failed = status === 'COMPENSATED' || status === 'FAILED';
      const data = {
        requestId: line.id.replace(/^oln/, 'prq').slice(0, -1) + String(unit),
        instanceId: line.id.replace(/^oln/, 'ins').slice(0, -1) + String(unit),
        orderId: order.id,
        orderLineId: line.id,
        action: 'CREATE',
        status,
        progress: status === 'SUCCEEDED' ? 1 : 0.5,
        ...(failed && { failure: { code: 'DOWNSTREAM_REFUSED', message: 'No such name.' } }),
      };
      const event = { specversion: '1.0', id: `evt_${++told}`, type: 'request', data } as const;
      const rest = { source: 'provisioning', time: clock().toISOString(), actor: 'svc' };
      await orders.transact((tx) => applyProvisioningEvent(tx, { ...event, ...rest }));
    },
    fillCart: async (caller: Principal, quantity = 1) => {
      const cart = (await createCart(parts, caller, { currency: 'USD' })) as Cart;
      const line = { cartId: cart.id, sku: machine.sku, quantity };
      return (await addCartLine(parts, caller, line)) as Cart;
    },
  });
}

function scriptedCatalogue(script: Script): Catalogue {
  return {
    findOffers: async (_currency, wanted) => {
      await script.before('findOffers');
      const skus = new Set(wanted.map(({ sku }) => sku));
      return new Map([...script.offers].filter(([sku]) => skus.has(sku)));
    },
  };
}

function scriptedProvisioning(script: Script): Provisioning {
  const command = async (name: string) => {
    await script.before(name);
    script.asked.push(name);
  };
  return {
    findAvailability: (skus) =>
      Promise.resolve(new Map(skus.map((sku) => [sku, script.available]))),
    reserve: async () => {
      await command('reserve');
      return script.reserve;
    },
    release: () => command('release'),
    allocate: () => command('allocate'),
    start: async (_order, line) => {
      await command('start');
      await script.deliver(line);
      return null;
    },
    cancel: async () => {
      await command('cancel');
      return script.undone();
    },
  };
}

function scriptedPayments(script: Script): Payments {
  const nothing = fromMinorUnits(0, 'USD');
  return {
    authorize: async ({ amount, orderId }, key) => {
      await script.before('authorize');
      script.asked.push(`authorize ${minorUnits(amount)} ${key.split(':').slice(1).join(':')}`);
      // As with Stripe, one key is one charge.
      const { providerId } = script.held.get(key) ?? {
        providerId: makeOwnerlessId('pi', new Date()),
      };
      script.held.set(key, { providerId, orderId });
      return (
        script.authorize ?? { providerId, status: 'AUTHORIZED', captured: nothing, method: null }
      );
    },
    capture: async (providerId, amount) => {
      await script.before('capture');
      script.asked.push(`capture ${minorUnits(amount)}`);
      return script.capture ?? { providerId, status: 'CAPTURED', captured: amount, method: null };
    },
    undo: async (providerId) => {
      await script.before('undo-payment');
      script.asked.push('undo-payment');
      return {
        providerId,
        status: 'CANCELLED',
        captured: nothing,
        refunded: nothing,
        method: null,
      };
    },
  };
}

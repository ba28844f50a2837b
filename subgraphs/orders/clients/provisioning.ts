import type { Sibling } from '#service';
import type { Order, OrderFailure, OrderLine } from '../domain/order.ts';

/** What orders asks provisioning. Each command may be sent again: it is done once. */
export interface Provisioning {
  /** How many of each could be had now; null when it is unlimited, or more than the public is told. */
  findAvailability(skus: readonly string[]): Promise<ReadonlyMap<string, number | null>>;
  /** Holds the stock of all lines, or of none. */
  reserve(order: Order, key: string): Promise<Refused | null>;
  /** Gives back what is held for these lines, and keeps a late reservation from holding anything. */
  release(order: Order, lineIds: readonly string[]): Promise<void>;
  /** Makes what was held theirs for good. */
  allocate(order: Order, lineIds: readonly string[]): Promise<void>;
  /** Starts to make the units of a line run; how it went comes as events. */
  start(order: Order, line: OrderLine, key: string): Promise<Refused | null>;
  /** Stops and undoes a line; true once nothing of it runs or will run. */
  cancel(order: Order, line: OrderLine, reason: string): Promise<boolean>;
}

/** Why provisioning said no. */
export type Refused = Pick<OrderFailure, 'code' | 'message'>;

interface Payload {
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
}

export function createProvisioning(sibling: Sibling): Provisioning {
  async function command(query: string, variables: Readonly<Record<string, unknown>>) {
    const answer = (await sibling.ask(query, variables)) as { readonly outcome: Payload };
    return answer.outcome;
  }
  return {
    findAvailability: async (skus) => {
      const representations = skus.map((sku) => ({ __typename: 'ProductVariant', sku }));
      const answer = (await sibling.ask(availabilityQuery, { representations })) as {
        readonly entities: readonly (VariantAnswer | null)[];
      };
      const variants = answer.entities.filter((variant) => variant !== null);
      return new Map(variants.map(({ sku, availability }) => [sku, wholeQuantity(availability)]));
    },
    reserve: async (order, key) => {
      const lines = order.lines.map(({ id, sku, quantity }) => ({
        orderLineId: id,
        sku,
        quantity,
      }));
      const input = { orderId: order.id, ownerId: order.ownerId, lines, idempotencyKey: key };
      return refusalOf(await command(reserveMutation, { input }));
    },
    release: async ({ id: orderId }, orderLineIds) => {
      const idempotencyKey = `${orderId}:release:${orderLineIds.join(',')}`;
      await done(command(releaseMutation, { orderId, orderLineIds, idempotencyKey }));
    },
    allocate: async ({ id: orderId }, orderLineIds) => {
      const idempotencyKey = `${orderId}:allocate:${orderLineIds.join(',')}`;
      await done(command(allocateMutation, { orderId, orderLineIds, idempotencyKey }));
    },
    start: async (order, line, key) => {
      const { id: orderLineId, sku, productName, quantity, templateKey } = line;
      const input = {
        orderId: order.id,
        ownerId: order.ownerId,
        orderLineId,
        sku,
        productName,
        quantity,
        templateKey,
        configuration: line.configuration ?? {},
        idempotencyKey: `${key}:${orderLineId}`,
      };
      return refusalOf(await command(startMutation, { input }));
    },
    cancel: async ({ id: orderId, ownerId }, { id: orderLineId }, reason) => {
      const idempotencyKey = `${orderLineId}:cancel`;
      const variables = { orderId, ownerId, orderLineId, reason, idempotencyKey };
      const outcome = command(cancelMutation, variables) as Promise<
        Payload & { readonly undone: boolean }
      >;
      return (await done(outcome)).undone;
    },
  };
}

const availabilityQuery = `query Availability($representations: [_Any!]!) {
  entities: _entities(representations: $representations) {
    ... on ProductVariant { sku availability { status quantity } }
  }
}`;
const reserveMutation = `mutation Reserve($input: ReserveStockInput!) {
  outcome: reserveStock(input: $input) { userErrors { code message } }
}`;
const releaseMutation = `mutation Release($orderId: ID!, $orderLineIds: [ID!]!, $idempotencyKey: String!) {
  outcome: releaseStock(orderId: $orderId, orderLineIds: $orderLineIds, idempotencyKey: $idempotencyKey) {
    userErrors { code message }
  }
}`;
const allocateMutation = `mutation Allocate($orderId: ID!, $orderLineIds: [ID!]!, $idempotencyKey: String!) {
  outcome: allocateStock(orderId: $orderId, orderLineIds: $orderLineIds, idempotencyKey: $idempotencyKey) {
    userErrors { code message }
  }
}`;
const startMutation = `mutation Start($input: StartProvisioningInput!) {
  outcome: startProvisioning(input: $input) { userErrors { code message } }
}`;
const cancelMutation = `mutation Cancel(
  $orderId: ID!, $ownerId: ID!, $orderLineId: ID!, $reason: String, $idempotencyKey: String!
) {
  outcome: cancelProvisioning(
    orderId: $orderId, ownerId: $ownerId, orderLineId: $orderLineId, reason: $reason, idempotencyKey: $idempotencyKey
  ) { undone userErrors { code message } }
}`;

interface VariantAnswer {
  readonly sku: string;
  readonly availability: { readonly status: string; readonly quantity: number | null } | null;
}

/** The most that the public is told: "10 or more". */
const toldMax = 10;

function wholeQuantity(availability: VariantAnswer['availability']): number | null {
  const quantity = availability?.quantity ?? null;
  return quantity !== null && quantity >= toldMax ? null : quantity;
}

function refusalOf({ userErrors: [error] }: Payload): Refused | null {
  return error === undefined ? null : { code: error.code, message: error.message };
}

/** For commands that have no reason to be refused: a refusal is a fault. */
async function done<Outcome extends Payload>(command: Promise<Outcome>): Promise<Outcome> {
  const outcome = await command;
  const refused = refusalOf(outcome);
  if (refused !== null) throw new Error(`provisioning refused: ${refused.code}`);
  return outcome;
}

import { setTimeout as pause } from 'node:timers/promises';
import type { Quartermaster } from '../launcher/launcher.ts';
import type { Shopper } from './shopper.ts';

export const sku = 'aws:m7i.large:us-east-1';

export interface CheckoutPayload {
  readonly checkout: {
    readonly order: { readonly id: string; readonly status: string } | null;
    readonly userErrors: readonly { readonly code: string; readonly field: string[] | null }[];
  };
}

export interface PurchaseChoice {
  readonly paymentMethod?: string;
  readonly configuration?: object;
  readonly quantity?: number;
}

interface CartPayload {
  readonly cart: { readonly id: string; readonly total: { amount: string; currency: string } };
  readonly userErrors: readonly unknown[];
}

/** A cart with machines in it, as `checkout` takes it. */
export async function fillCart(shopper: Shopper, choice: PurchaseChoice = {}) {
  const { createCart } = await shopper.ask<{ createCart: CartPayload }>(
    'mutation { createCart(currency: "USD") { cart { id } userErrors { code } } }',
  );
  const { quantity = 1, configuration = { hostname: 'web-1' } } = choice;
  const { addCartLine } = await shopper.ask<{ addCartLine: CartPayload }>(
    `mutation ($cartId: ID!, $sku: String!, $quantity: Int!, $configuration: JSON) {
      addCartLine(cartId: $cartId, sku: $sku, quantity: $quantity, configuration: $configuration) {
        cart { id total { amount currency } } userErrors { code message }
      }
    }`,
    { cartId: createCart.cart.id, sku, quantity, configuration },
  );
  if (addCartLine.userErrors.length > 0) throw new Error(JSON.stringify(addCartLine.userErrors));
  return {
    cartId: addCartLine.cart.id,
    paymentMethod: choice.paymentMethod ?? 'pm_card_visa',
    expectedTotal: addCartLine.cart.total,
    idempotencyKey: `key-${addCartLine.cart.id}`,
  };
}

export const checkoutMutation = `mutation ($input: CheckoutInput!) {
  checkout(input: $input) { order { id status } userErrors { code field } }
}`;

/** From an empty cart to a placed order; answers with its id. */
export async function buy(shopper: Shopper, choice: PurchaseChoice = {}): Promise<string> {
  const input = await fillCart(shopper, choice);
  const { checkout } = await shopper.ask<CheckoutPayload>(checkoutMutation, { input });
  if (checkout.order === null) throw new Error(JSON.stringify(checkout.userErrors));
  return checkout.order.id;
}

export const watchOrder = `subscription ($id: ID!, $since: String) {
  orderUpdated(id: $id, since: $since) {
    cursor
    event { sequence type }
    order {
      status
      lines {
        productName
        variant { name product { name } }
        provisioningRequests { status progress tasks { key status } }
        productInstances { nodes { status attributes } }
      }
    }
  }
}`;

export interface OrderState {
  readonly id: string;
  readonly status: string;
  readonly failure: { readonly code: string; readonly step: string } | null;
  readonly payment: { readonly status: string } | null;
  readonly events: { readonly nodes: readonly { readonly type: string; sequence: number }[] };
  readonly lines: readonly {
    readonly status: string;
    readonly provisioningRequests: readonly { readonly status: string }[] | null;
    readonly productInstances: { readonly nodes: readonly { id: string; status: string }[] } | null;
  }[];
}

const orderQuery = `query ($id: ID!) {
  order(id: $id) {
    id status failure { code step } payment { status }
    events(first: 100) { nodes { type sequence } }
    lines { status provisioningRequests { status } productInstances { nodes { id status } } }
  }
}`;

/** The order once the condition holds; what can't be read meanwhile is asked for again. */
export async function orderWhen(
  shopper: Shopper,
  id: string,
  holds: (order: OrderState) => boolean,
): Promise<OrderState> {
  const deadline = Date.now() + 90_000;
  let last: unknown;
  while (Date.now() < deadline) {
    const { data, errors } = await shopper.answer(orderQuery, { id }).catch((error: unknown) => {
      last = error;
      return { data: null, errors: undefined };
    });
    const order = data?.['order'] as OrderState | null | undefined;
    if (order) {
      if (holds(order)) return order;
      last = order;
    } else last = errors ?? last;
    await pause(100);
  }
  throw new Error(`${id} never came so far: ${JSON.stringify(last)}`);
}

/** What the provider knows of an order: its payment intents, and what was charged. */
export async function chargesOf(
  { paymentsSandbox }: Quartermaster,
  orderId: string,
): Promise<{ intents: readonly StripeIntent[]; captured: readonly StripeIntent[] }> {
  const response = await fetch(`${paymentsSandbox.url}/v1/payment_intents?limit=100`, {
    headers: { authorization: `Bearer ${paymentsSandbox.secretKey}` },
    signal: AbortSignal.timeout(10_000),
  });
  const { data } = (await response.json()) as { data: readonly StripeIntent[] };
  const intents = data.filter(({ metadata }) => metadata['order_id'] === orderId);
  return { intents, captured: intents.filter(({ amount_received }) => amount_received > 0) };
}

interface StripeIntent {
  readonly status: string;
  readonly amount_received: number;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The machines that the downstream system has, by the ids that we gave them. */
export async function machinesOf({
  downstreamSimulator: { url, token },
}: Quartermaster): Promise<readonly { readonly id: string; readonly state: string }[]> {
  const response = await fetch(`${url}/v1/machines`, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(10_000),
  });
  const body = (await response.json()) as
    | readonly { id: string; state: string }[]
    | { machines: readonly { id: string; state: string }[] };
  return 'machines' in body ? body.machines : body;
}

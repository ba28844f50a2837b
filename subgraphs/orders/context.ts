import type { Principal } from '#auth';
import type { Refusal } from '#errors';
import { connection, inKeyOrder, pageRequest, type Connection } from '#graphql';
import DataLoader from 'dataloader';
import { addCartLine, type AddCartLine } from './actions/add-cart-line.ts';
import { cancelOrder, type CancelOrder } from './actions/cancel-order.ts';
import { checkout, type Checkout } from './actions/checkout.ts';
import { createCart, type CreateCart } from './actions/create-cart.ts';
import { findLineProblems } from './actions/find-problems.ts';
import { removeCartLine, type RemoveCartLine } from './actions/remove-cart-line.ts';
import { repriceCart } from './actions/reprice-cart.ts';
import { updateCartLine, type UpdateCartLine } from './actions/update-cart-line.ts';
import { readCart, readMyCart } from './actions/use-cart.ts';
import { numbered, watchOrder } from './actions/watch-order.ts';
import type { Cart, CartProblem } from './domain/cart.ts';
import type { NumberedEvent, OrderUpdate } from './domain/event.ts';
import type { Order } from './domain/order.ts';
import type { Parts } from './parts.ts';

interface PageArguments {
  readonly first?: number | null;
  readonly after?: string | null;
}

/** What the resolvers of one request see: the caller is bound already. */
export interface OrdersContext {
  readonly loaders: {
    readonly cart: DataLoader<string, Cart | null>;
    readonly order: DataLoader<string, Order | null>;
    readonly orderByNumber: DataLoader<string, Order | null>;
    /** The order that has this line. */
    readonly orderByLine: DataLoader<string, Order | null>;
    /** What stands between the lines of a cart and a checkout, by the line's id. */
    readonly lineProblems: DataLoader<Cart, ReadonlyMap<string, readonly CartProblem[]>>;
  };
  readonly actions: {
    readonly myCart: () => Promise<Cart | null>;
    /** The caller's own, or that person's as far as the caller may see them; newest first. */
    readonly listOrders: (
      ownerId: string | null,
      page: PageArguments,
    ) => Promise<Connection<Order>>;
    readonly listEvents: (
      orderId: string,
      page: PageArguments,
    ) => Promise<Connection<NumberedEvent>>;
    readonly watchOrder: (
      id: string,
      since: string | null,
    ) => AsyncIterableIterator<OrderUpdate, void, void>;
    readonly createCart: (input: CreateCart) => Promise<Cart | Refusal>;
    readonly addCartLine: (input: AddCartLine) => Promise<Cart | Refusal>;
    readonly updateCartLine: (input: UpdateCartLine) => Promise<Cart | Refusal>;
    readonly removeCartLine: (input: RemoveCartLine) => Promise<Cart | Refusal>;
    readonly repriceCart: (input: { readonly id: string }) => Promise<Cart | Refusal>;
    readonly checkout: (input: Checkout) => Promise<Order | Refusal>;
    readonly cancelOrder: (input: CancelOrder) => Promise<Order | Refusal>;
  };
}

export function createContext(parts: Parts, caller: Principal): OrdersContext {
  const { orders, streams } = parts;
  return {
    loaders: {
      cart: new DataLoader((ids) => Promise.all(ids.map((id) => readCart(parts, caller, id)))),
      order: new DataLoader(async (ids) =>
        inKeyOrder(ids, await orders.findOrders(caller, ids), ({ id }) => id),
      ),
      orderByNumber: new DataLoader(async (numbers) =>
        inKeyOrder(
          numbers,
          await orders.findOrdersByNumber(caller, numbers),
          ({ number }) => number,
        ),
      ),
      orderByLine: new DataLoader(async (lineIds) => {
        const found = await orders.findOrdersByLine(caller, lineIds);
        const byLine = new Map(found.flatMap((order) => order.lines.map(({ id }) => [id, order])));
        return lineIds.map((id) => byLine.get(id) ?? null);
      }),
      lineProblems: new DataLoader((carts) =>
        Promise.all(carts.map((cart) => findLineProblems(parts, cart))),
      ),
    },
    actions: {
      myCart: () => readMyCart(parts, caller),
      listOrders: async (ownerId, asked) => {
        const page = pageRequest('orders', asked);
        const { limit, after } = page;
        const found = await orders.listOrders(caller, { ownerId, limit: limit + 1, after });
        return connection('orders', page, found, ({ id }) => id);
      },
      listEvents: async (orderId, asked) => {
        const stream = `order:${orderId}`;
        const page = pageRequest(stream, asked);
        const events = await streams.page(stream, Number(page.after ?? 0), page.limit + 1);
        return connection(stream, page, events.map(numbered), ({ sequence }) => String(sequence));
      },
      watchOrder: (id, since) => watchOrder(parts, caller, id, since),
      createCart: (input) => createCart(parts, caller, input),
      addCartLine: (input) => addCartLine(parts, caller, input),
      updateCartLine: (input) => updateCartLine(parts, caller, input),
      removeCartLine: (input) => removeCartLine(parts, caller, input),
      repriceCart: (input) => repriceCart(parts, caller, input),
      checkout: (input) => checkout(parts, caller, input),
      cancelOrder: (input) => cancelOrder(parts, caller, input),
    },
  };
}

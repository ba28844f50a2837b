import type { Principal } from '#auth';
import { NotFound } from '#errors';
import { decodeCursor, encodeCursor, untilReturned, type StreamEvent } from '#events';
import type { NumberedEvent, OrderUpdate } from '../domain/event.ts';
import type { Order } from '../domain/order.ts';
import type { Parts } from '../parts.ts';

/** The order as it is, then every event of it; with `since`, the events after that cursor come first. */
export function watchOrder(
  parts: Parts,
  caller: Principal,
  id: string,
  since: string | null,
): AsyncIterableIterator<OrderUpdate, void, void> {
  return untilReturned(parts.signal, (signal) => updates(parts, caller, id, since, signal));
}

async function* updates(
  parts: Parts,
  caller: Principal,
  id: string,
  since: string | null,
  signal: AbortSignal,
): AsyncGenerator<OrderUpdate, void, void> {
  const { streams } = parts;
  const stream = `order:${id}`;
  // Its place in the stream first: what happens between the two reads comes as an event.
  const start = since === null ? await streams.lastNumber(stream) : decodeCursor(stream, since);
  const order = await visible(parts, caller, id);
  if (order === null) throw new NotFound(id);
  if (since === null) yield { cursor: encodeCursor(stream, start), event: null, order };
  for await (const event of streams.follow(stream, start, signal)) {
    const now = await visible(parts, caller, id);
    yield { cursor: encodeCursor(stream, event.number), event: numbered(event), order: now };
  }
}

/** An event of an order's stream, as the order's own. */
export function numbered({ number, event }: StreamEvent): NumberedEvent {
  const { id, time, type, actor, data } = event;
  return { id, sequence: number, at: new Date(time), type, actor, data };
}

async function visible({ orders }: Parts, caller: Principal, id: string): Promise<Order | null> {
  const [order] = await orders.findOrders(caller, [id]);
  return order ?? null;
}

import { Forbidden, isService, type Principal } from '#auth';
import { BadInput } from '#errors';
import {
  decodeCursor,
  encodeCursor,
  untilReturned,
  type CloudEvent,
  type StreamEvent,
} from '#events';
import { revocationStream as stream } from '../domain/event.ts';
import type { Revocation, RevocationUpdate } from '../domain/revocation.ts';
import type { Parts } from '../parts.ts';

const pageSize = 1_000;
/** How far the clocks of our processes, and the order of events in the stream, may be apart. */
const toleranceMs = 60_000;

/** The revocations that still matter, then each as it happens; with `since`, those after that cursor. */
export function watchRevocations(
  parts: Parts,
  caller: Principal,
  since: string | null,
): AsyncIterableIterator<RevocationUpdate, void, void> {
  return untilReturned(parts.signal, (signal) => updates(parts, caller, since, signal));
}

async function* updates(
  parts: Parts,
  caller: Principal,
  since: string | null,
  signal: AbortSignal,
): AsyncGenerator<RevocationUpdate, void, void> {
  if (!isService(caller, 'gateway')) {
    throw new Forbidden('Only the gateway itself may follow this.');
  }
  const { streams } = parts;
  const last = await streams.lastNumber(stream);
  const start = since === null ? last : decodeCursor(stream, since);
  // After a restore, the numbers up to there would be given out again and never be told.
  if (start > last)
    throw new BadInput('since', '`since` is not reached yet: subscribe without it.');
  if (since === null) {
    const events = await recentEvents(parts, last);
    yield { cursor: encodeCursor(stream, last), revocations: events.map(revocationOf) };
  }
  for await (const event of streams.follow(stream, start, signal)) {
    yield { cursor: encodeCursor(stream, event.number), revocations: [revocationOf(event)] };
  }
}

/** Up to that number, those that are no older than an access token can be; oldest first. */
async function recentEvents(
  { streams, accessTokens, clock }: Parts,
  last: number,
): Promise<StreamEvent[]> {
  const oldest = clock().getTime() - accessTokens.lifeSeconds * 1_000 - toleranceMs;
  const isRecent = ({ event }: StreamEvent) => timeOf(event).getTime() >= oldest;
  const pages: StreamEvent[][] = [];
  // Backwards from the end, a page being a range of numbers: they have no gap, and never change.
  for (let end = last; end > 0; end -= pageSize) {
    const after = Math.max(0, end - pageSize);
    const page = await streams.page(stream, after, end - after);
    pages.unshift(page.filter(isRecent));
    if (page[0] === undefined || !isRecent(page[0])) break;
  }
  return pages.flat();
}

/** An event's time is read when its transaction has done all else, so no such token was issued after it. */
function revocationOf({ event }: StreamEvent): Revocation {
  const before = timeOf(event);
  const { sessionId, userId } = event.data;
  return typeof sessionId === 'string'
    ? { sessionId, subject: null, before }
    : { sessionId: null, subject: String(userId), before };
}

function timeOf({ time }: CloudEvent): Date {
  return new Date(time);
}

import type { Principal } from '#auth';
import { NotFound } from '#errors';
import { decodeCursor, encodeCursor, untilReturned, type StreamEvent } from '#events';
import { bucketOf, bucketOfOwner, parseId } from '#ids';
import type { ProvisioningEventData, RecordedEvent } from '../domain/event.ts';
import type { ProvisioningRequest } from '../domain/request.ts';
import type { ProvisioningUpdate } from '../domain/update.ts';
import type { Parts } from '../parts.ts';
import { badInput } from './sibling-command.ts';

/** What is watched: exactly one is given. */
export interface Subject {
  readonly orderId?: string | null;
  readonly requestId?: string | null;
  readonly instanceId?: string | null;
}

/** The state of the subject's requests, then every event; with `since`, the events after that cursor come first. */
export function watchProvisioning(
  parts: Parts,
  caller: Principal,
  subject: Subject,
  since: string | null,
): AsyncIterableIterator<ProvisioningUpdate, void, void> {
  const watched = readSubject(subject);
  return untilReturned(parts.signal, (signal) => updates(parts, caller, watched, since, signal));
}

interface Watched {
  readonly kind: 'order' | 'request' | 'instance';
  readonly id: string;
}

function readSubject({ orderId, requestId, instanceId }: Subject): Watched {
  const given = [
    { kind: 'order' as const, id: orderId },
    { kind: 'request' as const, id: requestId },
    { kind: 'instance' as const, id: instanceId },
  ].filter((each): each is Watched => typeof each.id === 'string');
  const [watched] = given;
  if (watched === undefined || given.length > 1) {
    throw badInput('orderId', 'give exactly one of orderId, requestId and instanceId');
  }
  return watched;
}

async function* updates(
  parts: Parts,
  caller: Principal,
  watched: Watched,
  since: string | null,
  signal: AbortSignal,
): AsyncGenerator<ProvisioningUpdate, void, void> {
  const { streams, store, clock } = parts;
  const stream = `${watched.kind}:${watched.id}`;
  // Its place in the stream first: what happens between the two reads comes as an event.
  const start = since === null ? await streams.lastNumber(stream) : decodeCursor(stream, since);
  const requests = await visibleRequests(parts, caller, watched);
  if (since === null) {
    const instances = await store.findInstances(
      caller,
      requests.map(({ instanceId }) => instanceId),
    );
    const shown = requests.length === 0 ? [null] : requests;
    for (const [n, request] of shown.entries()) {
      // Who leaves between two of these comes back to the beginning, or would miss the others.
      const number = n === shown.length - 1 ? start : 0;
      const instance = instances.find(({ id }) => id === request?.instanceId) ?? null;
      const cursor = encodeCursor(stream, number);
      yield { cursor, at: clock(), event: null, request, instance, task: null };
    }
  }
  for await (const recorded of streams.follow(stream, start, signal)) {
    const event = toRecordedEvent(recorded);
    const { requestId, instanceId, taskKey } = event.data;
    const [request] = await store.findRequests(caller, [requestId]);
    if (request === undefined) throw new NotFound(watched.id); // it turned out to be another's
    const [instance = null] = await store.findInstances(caller, [instanceId]);
    const task = request.tasks.find(({ key }) => key === taskKey) ?? null;
    const cursor = encodeCursor(stream, event.sequence);
    yield { cursor, at: event.at, event, request, instance, task };
  }
}

/** An event as it was read from a stream. */
export function toRecordedEvent({ number, event }: StreamEvent): RecordedEvent {
  const { id, time, type, actor } = event;
  const data = event.data as unknown as ProvisioningEventData; // written by ourselves, as it is
  return { id, sequence: number, at: new Date(time), type, actor, data };
}

/** @throws NotFound when the caller may not see the subject. */
async function visibleRequests(
  { store }: Parts,
  caller: Principal,
  { kind, id }: Watched,
): Promise<ProvisioningRequest[]> {
  if (kind === 'order') {
    const requests = await store.findRequestsOfOrder(caller, id);
    if (requests.length === 0 && !mayBeTheirs(caller, id)) throw new NotFound(id);
    return requests;
  }
  if (kind === 'request') {
    const requests = await store.findRequests(caller, [id]);
    if (requests.length === 0) throw new NotFound(id);
    return requests;
  }
  if ((await store.findInstances(caller, [id])).length === 0) throw new NotFound(id);
  const page = { parentIds: [id], limit: requestsShownMax, after: null };
  return (await store.listRequestsOfInstances(caller, page)).toReversed();
}

const requestsShownMax = 100;

/** Before its first request we don't know whose an order is; its id says whose it can't be. */
function mayBeTheirs(caller: Principal, orderId: string): boolean {
  if (parseId(orderId)?.prefix !== 'ord') return false;
  if (caller.scopes.has('provisioning:read')) return true;
  return parseId(caller.id)?.prefix === 'usr' && bucketOf(orderId) === bucketOfOwner(caller.id);
}

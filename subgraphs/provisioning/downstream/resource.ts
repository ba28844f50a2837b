import { Unavailable } from '#errors';
import { delayAfter, type Backoff } from '../domain/backoff.ts';
import { isJsonObject, type JsonObject } from '../domain/json.ts';
import type { Answer, DownstreamSystem } from './downstream.ts';

// The manners of the Open Service Broker API (openservicebrokerapi.org): the caller chooses the id, 202
// says that the work goes on, and the last operation tells how it goes.

export interface ResourceOrder {
  /** Where it is made, and removed. */
  readonly path: string;
  /** Where it is looked up. */
  readonly lookupPath: string;
  readonly body: JsonObject;
  readonly poll: Backoff;
  /** Of making or removing it, the waiting included. */
  readonly timeoutMs: number;
}

/**
 * `refused`: by this call, nothing was made. `failed`: it will not be finished, but something of it may be
 * there. `unanswered`: nobody knows.
 */
export type Outcome =
  | { readonly kind: 'made'; readonly resource: JsonObject }
  | { readonly kind: 'refused' | 'failed' | 'unanswered'; readonly detail: string };

/**
 * Makes the resource and waits until it is finished. `mayExist` after an attempt whose end nobody saw: it
 * is looked up before it is made again.
 */
export async function makeResource(
  system: DownstreamSystem,
  order: ResourceOrder,
  mayExist: boolean,
): Promise<Outcome> {
  try {
    const { path, body, lookupPath } = order;
    const lookUp = { method: 'GET', path: lookupPath } as const;
    let answer = mayExist ? await system.exchange(lookUp) : null;
    if (answer === null || isMissing(answer)) {
      answer = await system.exchange({ method: 'PUT', path, body });
      if (isRefusal(answer)) return { kind: 'refused', detail: describe(answer) };
    }
    const until = performance.now() + order.timeoutMs;
    for (let turn = 1; performance.now() < until; turn++) {
      const outcome = outcomeOf(answer);
      if (outcome !== null) return outcome;
      await system.pause(delayAfter(order.poll, turn));
      answer = await system.exchange(lookUp);
    }
    return { kind: 'unanswered', detail: `not finished within ${order.timeoutMs} ms` };
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    return { kind: 'unanswered', detail: detailOf(error) };
  }
}

/**
 * Removes the resource, whether it was made or not, and waits until it is gone.
 * @throws Unavailable when it can't tell, or not yet: remove it again.
 */
export async function removeResource(
  system: DownstreamSystem,
  order: Omit<ResourceOrder, 'body'>,
): Promise<void> {
  const answer = await system.exchange({ method: 'DELETE', path: order.path });
  if (isGone(answer)) return;
  if (!isSuccess(answer)) throw new Unavailable(system.key, new Error(describe(answer)));
  const until = performance.now() + order.timeoutMs;
  for (let turn = 1; performance.now() < until; turn++) {
    const now = await system.exchange({ method: 'GET', path: order.lookupPath });
    if (isGone(now)) return;
    const { type, state } = lastOperation(now);
    if (type === 'delete' && state === 'failed') {
      throw new Unavailable(system.key, new Error(describe(now)));
    }
    await system.pause(delayAfter(order.poll, turn));
  }
  throw new Unavailable(system.key, new Error(`not gone within ${order.timeoutMs} ms`));
}

/** Null while the work goes on. */
function outcomeOf(answer: Answer): Outcome | null {
  if (!isSuccess(answer)) {
    const isFinal = isRefusal(answer) && !isMissing(answer);
    return { kind: isFinal ? 'failed' : 'unanswered', detail: describe(answer) };
  }
  const { type, state } = lastOperation(answer);
  if (type === 'delete' || state === 'failed') return { kind: 'failed', detail: describe(answer) };
  const isFinished = state === undefined ? answer.status !== 202 : state === 'succeeded';
  if (!isFinished) return null;
  return { kind: 'made', resource: isJsonObject(answer.body) ? answer.body : {} };
}

function isSuccess({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}

/** A definite no: 408, 409 and 429 may pass, as may what the other side calls its own fault. */
function isRefusal({ status }: Answer): boolean {
  return status >= 300 && status < 500 && ![408, 409, 429].includes(status);
}

function isMissing({ status }: Answer): boolean {
  return status === 404 || status === 410;
}

function isGone(answer: Answer): boolean {
  const { type, state } = lastOperation(answer);
  return isMissing(answer) || (type === 'delete' && state === 'succeeded');
}

function lastOperation({ body }: Answer): { readonly type?: unknown; readonly state?: unknown } {
  const operation = isJsonObject(body) ? body['lastOperation'] : null;
  return isJsonObject(operation) ? operation : {};
}

const detailLengthMax = 500;

function describe({ status, body }: Answer): string {
  return `${status} ${JSON.stringify(body)}`.slice(0, detailLengthMax);
}

function detailOf({ cause }: Unavailable): string {
  const error = cause instanceof Error ? cause : new Error('no answer');
  const code = 'code' in error && typeof error.code === 'string' ? `${error.code}: ` : '';
  return `${code}${error.message}`.slice(0, detailLengthMax);
}

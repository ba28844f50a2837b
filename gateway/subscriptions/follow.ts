import type { Authorize } from '#auth';
import type { Logger } from '#service';
import type { FetchNode } from '@apollo/query-planner';
import type { FormattedExecutionResult } from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import { setTimeout as delay } from 'node:timers/promises';
import type { AdmittedOperation } from '../execution/admit.ts';
import { presentable } from '../execution/errors.ts';
import type { Mailbox } from './mailbox.ts';
import { cursorOf, sinceVariable } from './resumable.ts';
import type { Upstreams } from './upstreams.ts';

export interface FollowParts {
  readonly upstreams: Upstreams;
  readonly authorize: Authorize;
  readonly logger: Logger;
}

/** One client's stream, as its subgraph knows it. */
export interface Upstream {
  readonly primary: FetchNode;
  readonly operation: AdmittedOperation;
  /** The client's own, if the stream can be resumed. */
  readonly since: unknown;
}

/**
 * Puts the subgraph's events into the mailbox until the stream ends. Should the connection drop, it goes
 * on behind the last event that came, as often and as long as the reader stays: none is lost, none comes
 * twice.
 */
export async function follow(
  { upstreams, authorize, logger }: FollowParts,
  { primary, operation, since }: Upstream,
  mailbox: Mailbox<FormattedExecutionResult>,
  signal: AbortSignal,
): Promise<void> {
  const { serviceName: subgraph } = primary;
  const { caller, requestId } = operation.context;
  let cursor = since;
  let failures = 0;

  const onEvent = (event: FormattedExecutionResult) => {
    failures = 0;
    cursor = cursorOf(event) ?? cursor;
    mailbox.put(event);
  };

  while (!signal.aborted) {
    const payload: SubscribePayload = {
      query: primary.operation,
      operationName: primary.operationName ?? null,
      variables: variablesOf(primary, { ...operation.variables, [sinceVariable]: cursor }),
      extensions: { authorization: await authorize(caller, subgraph), requestId },
    };
    const ending = await upstreams.subscribe(subgraph, payload, onEvent, signal);
    if (ending === 'completed') {
      mailbox.end();
      return;
    }
    if (ending !== 'dropped') {
      mailbox.end(ending.map(presentable)[0]);
      return;
    }
    if (failures === 0) logger.warn('a stream was dropped; resuming', { subgraph, requestId });
    failures += 1;
    await delay(backOffMs(failures), undefined, { signal }).catch(() => undefined);
  }
}

function variablesOf({ variableUsages = [] }: FetchNode, given: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(
    variableUsages.filter((name) => given[name] !== undefined).map((name) => [name, given[name]]),
  );
}

const firstDelayMs = 100;
const longestDelayMs = 5_000;

/** Doubles, up to a limit; at random, so that not all come back at once. */
function backOffMs(failures: number): number {
  const ms = Math.min(longestDelayMs, firstDelayMs * 2 ** (failures - 1));
  return ms / 2 + (Math.random() * ms) / 2;
}

import type { Logger } from '#service';
import type { FetchNode } from '@apollo/query-planner';
import { GraphQLError, type FormattedExecutionResult, type GraphQLFormattedError } from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import { setTimeout as delay } from 'node:timers/promises';
import { backOffMs } from '../back-off.ts';
import type { GatewayContext } from '../execution/context.ts';
import { subgraphError } from '../executor/errors.ts';
import type { Json } from '../executor/json.ts';
import type { SubgraphAccess } from '../subgraph-access.ts';
import type { Mailbox } from './mailbox.ts';
import { cursorOf, sinceVariable } from './resumable.ts';
import type { Upstreams } from './upstreams.ts';

export interface FollowParts {
  readonly upstreams: Upstreams;
  readonly access: SubgraphAccess;
  readonly logger: Logger;
}

/** A stream, as its subgraph knows it. */
export interface Upstream {
  readonly primary: FetchNode;
  /** As the client sent them. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: GatewayContext;
  /** The cursor behind which it begins; undefined at the present state. */
  readonly since: unknown;
}

/**
 * Puts the subgraph's events into the mailbox until the stream ends. Should the connection drop, it goes
 * on behind the last event that came, as often and as long as that takes: none is lost, none comes twice. While the
 * mailbox is full the subgraph keeps the events.
 */
export async function follow(
  { upstreams, access, logger }: FollowParts,
  { primary, variables, context, since }: Upstream,
  mailbox: Mailbox<FormattedExecutionResult>,
  signal: AbortSignal,
): Promise<void> {
  const { serviceName: subgraph } = primary;
  const { requestId } = context;
  let cursor = since;
  let failures = 0;

  while (!signal.aborted) {
    const full = new AbortController();
    const onEvent = (event: FormattedExecutionResult) => {
      failures = 0;
      cursor = cursorOf(event) ?? cursor;
      mailbox.put(event);
      if (cursor !== undefined && mailbox.isFull) full.abort();
    };
    const payload: SubscribePayload = {
      query: primary.operation,
      operationName: primary.operationName ?? null,
      variables: variablesOf(primary, { ...variables, [sinceVariable]: cursor }),
      extensions: { ...(await access.headersFor(context, subgraph)), requestId },
    };
    const until = AbortSignal.any([signal, full.signal]);
    const ending = await upstreams.subscribe(subgraph, payload, onEvent, until);

    signal.throwIfAborted();
    if (full.signal.aborted) {
      await mailbox.hasRoom();
      continue;
    }
    if (ending !== 'dropped') {
      mailbox.end(ending === 'completed' ? undefined : refusalOf(ending));
      return;
    }
    if (failures === 0) logger.warn('a stream was dropped; resuming', { subgraph, requestId });
    failures += 1;
    await delay(backOffMs(failures), undefined, { signal });
  }
}

function refusalOf([first]: readonly GraphQLFormattedError[]): GraphQLError {
  const { message, extensions } = subgraphError((first ?? null) as Json, []);
  return new GraphQLError(message, { extensions });
}

function variablesOf({ variableUsages = [] }: FetchNode, given: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(
    variableUsages.filter((name) => given[name] !== undefined).map((name) => [name, given[name]]),
  );
}

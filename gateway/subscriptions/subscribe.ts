import { GraphQLError, type FormattedExecutionResult, type GraphQLFormattedError } from 'graphql';
import { admitOperation } from '../execution/admit.ts';
import type { ExecutionParts } from '../execution/answer.ts';
import type { GatewayContext } from '../execution/context.ts';
import type { GraphAnswer, GraphRequest } from '../execution/graph-answer.ts';
import { oncePerAccess } from '../execution/once-per-access.ts';
import type { Fetch } from '../executor/run.ts';
import { Confluence } from './confluence.ts';
import type { FollowParts } from './follow.ts';
import { Member } from './member.ts';
import type { Outlet } from './outlet.ts';
import { eventSource, prepareSubscription, type PreparedStream } from './prepare-stream.ts';
import { openSource, type Following } from './source.ts';

export interface SubscribeParts extends ExecutionParts, FollowParts {
  /** How long a client that is too far behind may take to catch up. */
  readonly patienceMs: number;
}

/** A client's operation that goes on until it is stopped, or ends by itself. */
export interface Subscription {
  /** The client has left, or wants no more: nothing is sent after that. */
  stop(): void;
}

/** Sends the outlet what happens; or why there is nothing to be sent. */
export type Subscribe = (
  request: GraphRequest,
  context: GatewayContext,
  outlet: Outlet,
) => Subscription;

/**
 * Streams are followed at the subgraph that owns them; what other subgraphs own of an event is fetched besides.
 * Equal streams of clients who may see the same are followed, completed and put into text once.
 */
export function createSubscribe(parts: SubscribeParts): Subscribe {
  const { supergraph, documents, holdingLabels, patienceMs, access, formatError } = parts;
  const rejects = parts.unauthorized === 'reject';
  const confluences = new WeakMap<PreparedStream, Map<string, Confluence>>();
  const prepare = oncePerAccess(
    holdingLabels,
    async (making) => await prepareSubscription(parts, making),
  );
  const failureOf = (error: unknown) => {
    const { message, extensions } = formatError({ message: '' }, error);
    return new GraphQLError(message, { extensions });
  };

  /** Where equal streams meet, as long as there are any. */
  function confluenceOf(key: string, following: Following): Confluence {
    const { stream } = following;
    const known = confluences.get(stream) ?? new Map<string, Confluence>();
    confluences.set(stream, known);
    let confluence = known.get(key);
    if (confluence === undefined) {
      const sourceParts = { ...parts, failureOf };
      confluence = new Confluence({
        open: (since, listener) => openSource(sourceParts, following, since, listener),
        hasCursors: stream.resumable !== null,
        onEmpty: () => {
          known.delete(key);
        },
      });
      known.set(key, confluence);
    }
    return confluence;
  }

  async function begin(
    request: GraphRequest,
    context: GatewayContext,
    outlet: Outlet,
  ): Promise<Member | readonly GraphQLFormattedError[]> {
    const known = documents(request.query);
    if (!('operations' in known)) return known.map(formatted);
    const admitted = admitOperation(supergraph.publicSchema, known, request);
    if ('errors' in admitted) return admitted.errors.map(formatted);
    const { operation, variables, coerced } = admitted;
    const { refusals, stream } = await prepare(operation, context.grants, variables);
    const refused = refusals(coerced);
    if (refused.some(({ path }) => rejects || path?.length === 1)) return refused;
    if (!stream) return [leftOut];
    const following: Following = {
      stream,
      variables,
      context,
      complete: completeWith(parts, stream, variables, context, refused),
    };
    const used = stream.variables.map((name) => variables[name]);
    const key = `${access.keyOf(context)} ${JSON.stringify(used)}`;
    return new Member({
      join: (member, since) => confluenceOf(key, following).join(member, since),
      since: stream.resumable?.sinceOf(coerced),
      hasCursors: stream.resumable !== null,
      outlet,
      patienceMs,
    });
  }

  return (request, context, outlet) => {
    let member: Member | undefined;
    let isStopped = false;
    begin(request, context, outlet).then(
      (begun) => {
        if (begun instanceof Member) {
          member = begun;
          if (isStopped) member.stop();
        } else if (!isStopped) outlet.end(begun);
      },
      (error: unknown) => {
        if (isStopped) return;
        const failure = error instanceof GraphQLError ? error : failureOf(error);
        outlet.end([failure.toJSON()]);
      },
    );
    return {
      stop: () => {
        isStopped = true;
        member?.stop();
      },
    };
  };
}

function completeWith(
  { fetching }: Pick<ExecutionParts, 'fetching'>,
  { perEvent }: PreparedStream,
  variables: Readonly<Record<string, unknown>>,
  context: GatewayContext,
  refused: readonly GraphQLFormattedError[],
): (event: FormattedExecutionResult) => Promise<GraphAnswer> {
  // What an event tells of is newer than what somebody else may be fetching.
  const fetch = fetching.for(context, { joins: false });
  return async (event) => {
    const answer = await perEvent({ variables, fetch: beginningWith(event, fetch) });
    return refused.length === 0 ? answer : { ...answer, errors: [...answer.errors, ...refused] };
  };
}

function beginningWith(event: FormattedExecutionResult, fetch: Fetch): Fetch {
  return (request) => (request.service === eventSource ? Promise.resolve(event) : fetch(request));
}

/** By `@skip` or `@include`. */
const leftOut: GraphQLFormattedError = {
  message: "The field of a subscription can't be left out.",
  extensions: { code: 'BAD_USER_INPUT' },
};

function formatted(error: GraphQLError): GraphQLFormattedError {
  return error.toJSON();
}

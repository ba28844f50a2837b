import type { Route } from '#service';
import { setTimeout as delay } from 'node:timers/promises';
import { createAnswer, type ExecutionParts } from '../execution/answer.ts';
import { createDocuments } from '../execution/documents.ts';
import type { Answer, GraphRequest } from '../execution/graph-answer.ts';
import { createPlanning } from '../execution/planning.ts';
import { createFetching, type FetchingOptions } from '../fetching/fetching.ts';
import type { KnownSubgraphs } from '../fetching/known-subgraphs.ts';
import { basePath } from '../rest/operations.ts';
import type { RestFile } from '../rest/read-files.ts';
import { restRoute, type RestRouteOptions } from '../rest/route.ts';
import type { FollowParts } from '../subscriptions/follow.ts';
import { createOperate, isSubscription, type Operate } from '../subscriptions/operate.ts';
import type { Quota } from '../subscriptions/quota.ts';
import { createSubscribe } from '../subscriptions/subscribe.ts';
import { createUpstreams, type KnownUpstreams } from '../subscriptions/upstreams.ts';
import { createHoldingLabels } from '../supergraph/override-labels.ts';
import type { Supergraph } from '../supergraph/supergraph.ts';
import { StreamsToEnd } from './streams-to-end.ts';
import { Users } from './users.ts';

/** A supergraph, and where its subgraphs are. */
export interface Served {
  readonly supergraph: Supergraph;
  /** The addresses of the subgraphs' graphs, by name: all that the supergraph has. */
  readonly subgraphs: ReadonlyMap<string, string>;
}

/** @throws why it can't be served. */
export type ReadServed = (sdl: string) => Promise<Served>;

/**
 * A supergraph as it is served: until another takes its place, and then to the end of what had begun. What is
 * remembered of documents, plans and callers belongs to it, and goes with it.
 */
export interface Generation extends AsyncDisposable {
  readonly served: Served;
  readonly answer: Answer;
  readonly operate: Operate;
  readonly isStream: (request: GraphRequest) => boolean;
  readonly rest: Route;
  /** Nothing more will begin: sends its streams away, and disposes of it when all has ended. */
  readonly retire: () => Promise<void>;
}

/** What stays when the supergraph is replaced. */
export interface GenerationParts
  extends
    Pick<ExecutionParts, 'unauthorized' | 'toldExtensions' | 'formatError'>,
    Pick<FollowParts, 'access' | 'logger'>,
    Pick<FetchingOptions, 'joins'>,
    Pick<RestRouteOptions, 'verifyAccessToken'> {
  readonly knownSubgraphs: KnownSubgraphs;
  readonly knownUpstreams: KnownUpstreams;
  readonly introspection: boolean;
  /** The labels of `@override` that hold. */
  readonly overrideLabels: ReadonlySet<string>;
  /** The operations that are routes of `/api/v1/`; without them, there is no REST. */
  readonly rest: readonly RestFile[];
  /** How many streams one person may follow at once. */
  readonly streams: Quota;
  /** How long a client that reads too slowly may take to catch up before its stream ends. */
  readonly patienceMs: number;
}

/** What has not ended so long after another took over is left without a planner. */
const endTimeoutMs = 60_000;

/**
 * Makes a supergraph ready to serve.
 * @throws why it can't be served.
 */
export async function openGeneration(served: Served, parts: GenerationParts): Promise<Generation> {
  const { supergraph, subgraphs } = served;
  const { access, unauthorized, toldExtensions, formatError, verifyAccessToken, logger } = parts;
  const strangers = [...supergraph.subgraphs.keys()].filter((name) => !subgraphs.has(name));
  if (strangers.length > 0) throw new Error(`no address of the subgraph ${strangers.join(', ')}`);
  await using opened = new AsyncDisposableStack(); // closed here only if something below fails

  const fetching = opened.use(
    createFetching({
      subgraphs: Object.fromEntries(subgraphs),
      known: parts.knownSubgraphs,
      headersFor: access.headersFor,
      joins: parts.joins,
      logger,
    }),
  );
  const upstreams = opened.use(createUpstreams({ subgraphs, access, known: parts.knownUpstreams }));
  const { plan } = opened.use(await createPlanning(supergraph));
  const documents = createDocuments({ supergraph, introspection: parts.introspection });
  const holdingLabels = createHoldingLabels(supergraph.overrideLabels, parts.overrideLabels);
  const execution = {
    supergraph,
    documents,
    plan,
    holdingLabels,
    fetching,
    unauthorized,
    toldExtensions,
    formatError,
  };

  const users = new Users();
  const answer = countedBy(users, createAnswer(execution));
  const { patienceMs, streams } = parts;
  const subscribe = createSubscribe({ ...execution, upstreams, access, logger, patienceMs });
  const streamsToEnd = new StreamsToEnd(users);
  const operate = streamsToEnd.watch(createOperate({ documents, answer, subscribe, streams }));
  const schema = supergraph.publicSchema;
  const routes =
    parts.rest.length > 0
      ? restRoute({ files: parts.rest, schema, answer, verifyAccessToken, formatError })
      : undefined;

  const leaving = new AbortController();
  const { signal } = leaving;
  opened.defer(() => {
    leaving.abort();
  });
  const owned = opened.move();
  const dispose = () => owned.disposeAsync();
  return {
    served,
    answer,
    operate,
    isStream: (request) => isSubscription(documents, request),
    rest: (request, response, url) => {
      if (routes === undefined || !url.pathname.startsWith(basePath)) return false;
      response.once('close', users.begin());
      return routes(request, response, url);
    },
    retire: async () => {
      const end = streamsToEnd.sendAway(signal).then(() => users.whenNone());
      const late = delay(endTimeoutMs, undefined, { signal, ref: false });
      await Promise.race([end, late]).catch(() => undefined); // somebody else disposes of it
      await dispose();
    },
    [Symbol.asyncDispose]: dispose,
  };
}

function countedBy(users: Users, answer: Answer): Answer {
  return async (request, context, options) => {
    const end = users.begin();
    const answered = await answer(request, context, options);
    if (answered.later) return { ...answered, later: endingWith(answered.later, end) };
    end();
    return answered;
  };
}

async function* endingWith(
  payloads: AsyncIterable<string>,
  onEnd: () => void,
): AsyncGenerator<string, void, undefined> {
  try {
    yield* payloads;
  } finally {
    onEnd();
  }
}

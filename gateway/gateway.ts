import { createErrorFormatter } from '#graphql';
import { serveHttp, type Logger, type Route, type Running } from '#service';
import type { VerifyAccessToken } from './authority/access-token.ts';
import type { Revocations } from './authority/revocations.ts';
import type { Unauthorized } from './authority/refusals.ts';
import { createAnswer } from './execution/answer.ts';
import { createDocuments } from './execution/documents.ts';
import { createPlanning } from './execution/planning.ts';
import type { GraphRequest } from './execution/graph-answer.ts';
import { createFetching } from './fetching/fetching.ts';
import { graphiqlRoute } from './http/graphiql.ts';
import { graphqlRoute } from './http/graphql/route.ts';
import { serveGraphSocket } from './http/socket/serve-socket.ts';
import { Streams } from './http/streams/serve-streams.ts';
import type { RestFile } from './rest/read-files.ts';
import { restRoute } from './rest/route.ts';
import { defaultLimits, type StreamLimits } from './stream-limits.ts';
import type { SubgraphAccess } from './subgraph-access.ts';
import { createOperate, isSubscription } from './subscriptions/operate.ts';
import { Quota } from './subscriptions/quota.ts';
import { createSubscribe } from './subscriptions/subscribe.ts';
import { createUpstreams } from './subscriptions/upstreams.ts';
import { createHoldingLabels } from './supergraph/override-labels.ts';
import type { Supergraph } from './supergraph/supergraph.ts';

export interface GatewayOptions {
  readonly supergraph: Supergraph;
  /** The addresses of the subgraphs' graphs, by name: all that the supergraph has. */
  readonly subgraphs: ReadonlyMap<string, string>;
  /** How subgraphs are told who asks. */
  readonly access: SubgraphAccess;
  readonly verifyAccessToken: VerifyAccessToken;
  /** Which of the tokens that were accepted are worth nothing any more. */
  readonly revocations?: Revocations;
  /** What becomes of an operation that asks for what the caller may not use: `filter` unless said. */
  readonly unauthorized?: Unauthorized;
  /** Whether clients may ask for the schema itself, as far as they may use it: they may unless said. */
  readonly introspection?: boolean;
  /** The labels of `@override` that hold. */
  readonly overrideLabels?: ReadonlySet<string>;
  /** Whether equal fetches in flight are one. */
  readonly joins?: boolean;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** The operations that are routes of `/api/v1/`; without them, there is no REST. */
  readonly rest?: readonly RestFile[];
  /** What is served besides the graph. */
  readonly routes?: readonly Route[];
  readonly limits?: Partial<StreamLimits>;
  /** How long a client that reads too slowly may take to catch up before its stream ends. */
  readonly patienceMs?: number;
  readonly clock: () => Date;
  readonly logger: Logger;
}

/** Serves a supergraph over HTTP and WebSocket, until disposed. */
export async function createGateway(options: GatewayOptions): Promise<Running> {
  const { supergraph, subgraphs, access, verifyAccessToken, clock, logger } = options;
  const { patienceMs = 30_000, joins = true, routes = [], revocations } = options;
  const { unauthorized = 'filter', introspection = true } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const strangers = [...supergraph.subgraphs.keys()].filter((name) => !subgraphs.has(name));
  if (strangers.length > 0) throw new Error(`no address of the subgraph ${strangers.join(', ')}`);
  await using opened = new AsyncDisposableStack(); // closed here only if something below fails

  const fetching = opened.use(
    createFetching({
      subgraphs: Object.fromEntries(subgraphs),
      headersFor: access.headersFor,
      joins,
      logger,
    }),
  );
  const upstreams = opened.use(createUpstreams({ subgraphs, access }));
  const { plan } = opened.use(await createPlanning(supergraph));
  const documents = createDocuments({ supergraph, introspection });
  const formatError = createErrorFormatter(logger);
  const holdingLabels = createHoldingLabels(
    supergraph.overrideLabels,
    options.overrideLabels ?? new Set(),
  );
  const parts = {
    supergraph,
    documents,
    plan,
    holdingLabels,
    fetching,
    unauthorized,
    formatError,
  };
  const answer = createAnswer(parts);
  const subscribe = createSubscribe({ ...parts, upstreams, access, logger, patienceMs });
  const streamsMax = limits.streamsPerPerson;
  const operate = createOperate({ documents, answer, subscribe, streamsMax });
  const addresses = new Quota(limits.connectionsPerAddress);
  const schema = supergraph.publicSchema;
  const rest = options.rest?.length
    ? [restRoute({ files: options.rest, schema, answer, verifyAccessToken, formatError })]
    : [];

  const isStream = (request: GraphRequest) => isSubscription(documents, request);
  const streams = new Streams({ operate, addresses, revocations, clock });
  const http = opened.use(
    await serveHttp({
      host: options.host,
      port: options.port,
      routes: [
        graphqlRoute({
          path: '/graphql',
          answer,
          isStream,
          streams,
          verifyAccessToken,
          formatError,
        }),
        graphiqlRoute(),
        toGraphiql,
        ...rest,
        ...routes,
      ],
      logger,
    }),
  );
  opened.use(streams); // closed before the server waits for its connections
  opened.use(
    serveGraphSocket({
      server: http.server,
      verifyAccessToken,
      operate,
      addresses,
      revocations,
      onFailure: (error) => formatError({ message: '' }, error),
      clock,
    }),
  );
  return Object.assign(opened.move(), { url: http.url });
}

const toGraphiql: Route = (_request, response, { pathname }) => {
  if (pathname !== '/') return false;
  response.writeHead(302, { location: '/graphiql' }).end();
  return true;
};

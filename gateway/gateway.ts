import { createErrorFormatter } from '#graphql';
import { healthRoutes, serveHttp, type Logger, type Route, type Running } from '#service';
import type { VerifyAccessToken } from './authority/access-token.ts';
import type { Revocations } from './authority/revocations.ts';
import type { Unauthorized } from './authority/refusals.ts';
import type { Answer } from './execution/graph-answer.ts';
import { KnownSubgraphs } from './fetching/known-subgraphs.ts';
import type { ReadServed, Served } from './generations/generation.ts';
import { Generations } from './generations/generations.ts';
import { graphiqlRoute } from './http/graphiql.ts';
import { graphqlRoute } from './http/graphql/route.ts';
import { serveGraphSocket } from './http/socket/serve-socket.ts';
import { Streams } from './http/streams/serve-streams.ts';
import type { RestFile } from './rest/read-files.ts';
import { defaultLimits, type StreamLimits } from './stream-limits.ts';
import type { SubgraphAccess } from './subgraph-access.ts';
import type { Operate } from './subscriptions/operate.ts';
import { Quota } from './subscriptions/quota.ts';
import { knownUpstreams } from './subscriptions/upstreams.ts';

export interface GatewayOptions extends Served {
  /** How subgraphs are told who asks. */
  readonly access: SubgraphAccess;
  readonly verifyAccessToken: VerifyAccessToken;
  /** Which of the tokens that were accepted are worth nothing any more. */
  readonly revocations?: Revocations;
  /** What becomes of an operation that asks for what the caller may not use: `filter` unless said. */
  readonly unauthorized?: Unauthorized;
  /** What clients are told of the `extensions` of subgraphs' answers, by name: nothing unless said. */
  readonly toldExtensions?: readonly string[];
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
  /** Whether it can do its work, for `/health/ready`: at once unless told. */
  readonly isReady?: () => boolean | Promise<boolean>;
  /** What is served besides the graph. */
  readonly routes?: readonly Route[];
  readonly limits?: Partial<StreamLimits>;
  /** How long a client that reads too slowly may take to catch up before its stream ends. */
  readonly patienceMs?: number;
  readonly clock: () => Date;
  readonly logger: Logger;
}

/** What is served over HTTP and WebSocket. */
export interface Gateway extends Running {
  /**
   * Serves another supergraph from now on, unless its text is the same. What had begun ends as it began, and streams
   * are sent away to come back. One at a time.
   * @returns whether it is another.
   * @throws why it can't be served; then the one before goes on.
   */
  readonly replace: (sdl: string, read: ReadServed) => Promise<boolean>;
}

/** Serves a supergraph over HTTP and WebSocket, until disposed. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { supergraph, subgraphs, access, verifyAccessToken, clock, logger } = options;
  const { patienceMs = 30_000, joins = true, routes = [], rest = [], revocations } = options;
  const { unauthorized = 'filter', introspection = true, isReady = () => true } = options;
  const { toldExtensions = [] } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const formatError = createErrorFormatter(logger);
  await using opened = new AsyncDisposableStack(); // closed here only if something below fails

  const generations = opened.use(
    await Generations.open(
      { supergraph, subgraphs },
      {
        knownSubgraphs: new KnownSubgraphs(),
        knownUpstreams: knownUpstreams(),
        access,
        joins,
        unauthorized,
        toldExtensions,
        introspection,
        overrideLabels: options.overrideLabels ?? new Set(),
        rest,
        streams: new Quota(limits.streamsPerPerson),
        patienceMs,
        verifyAccessToken,
        formatError,
        logger,
      },
      clock,
    ),
  );
  const answer: Answer = (...asked) => generations.current.answer(...asked);
  const operate: Operate = (...asked) => generations.current.operate(...asked);
  const addresses = new Quota(limits.connectionsPerAddress);
  const streams = new Streams({ operate, addresses, revocations, clock });
  const http = opened.use(
    await serveHttp({
      host: options.host,
      port: options.port,
      routes: [
        graphqlRoute({
          path: '/graphql',
          answer,
          isStream: (request) => generations.current.isStream(request),
          streams,
          verifyAccessToken,
          formatError,
        }),
        graphiqlRoute({ introspection }),
        toGraphiql,
        ...routes, // before REST, which has all that is left below its path
        (...asked) => generations.current.rest(...asked),
        healthRoutes(isReady, () => ({ supergraph: generations.status })),
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
  return Object.assign(opened.move(), {
    url: http.url,
    replace: (sdl: string, read: ReadServed) => generations.replace(sdl, read),
  });
}

const toGraphiql: Route = (_request, response, { pathname }) => {
  if (pathname !== '/') return false;
  response.writeHead(302, { location: '/graphiql' }).end();
  return true;
};

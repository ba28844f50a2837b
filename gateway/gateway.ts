import type { Authorize } from '#auth';
import { createErrorFormatter } from '#graphql';
import { healthRoutes, serveHttp, type Logger, type Route, type Running } from '#service';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { Agent } from 'undici';
import type { VerifyAccessToken } from './authority/access-token.ts';
import type { GatewayContext } from './execution/context.ts';
import { createDataSource } from './execution/data-source.ts';
import { createDocuments } from './execution/documents.ts';
import { createExecute } from './execution/execute.ts';
import { createGatewayInterface } from './execution/gateway-interface.ts';
import { limitSelections, parseOptions } from './execution/limits.ts';
import { createPlanner } from './execution/planner.ts';
import { forwardRoute } from './http/forward.ts';
import { graphiqlRoute } from './http/graphiql.ts';
import { graphqlRoute } from './http/graphql.ts';
import { areReady } from './http/readiness.ts';
import { serveGraphSocket } from './http/socket.ts';
import { createSubscribe } from './subscriptions/subscribe.ts';
import { createUpstreams } from './subscriptions/upstreams.ts';
import { buildSupergraph } from './supergraph/supergraph.ts';

/** The subgraphs' base addresses. */
export type SubgraphUrls = Readonly<
  Record<'catalogue' | 'identity' | 'orders' | 'provisioning', string>
>;

export interface GatewayOptions {
  readonly supergraphSdl: string;
  readonly subgraphUrls: SubgraphUrls;
  /** Makes what subgraphs accept, in the caller's name. */
  readonly authorize: Authorize;
  readonly verifyAccessToken: VerifyAccessToken;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** How long a client that reads too slowly may take to catch up before its stream ends. */
  readonly patienceMs?: number;
  readonly clock: () => Date;
  readonly logger: Logger;
}

const connectTimeoutMs = 2_000;
const answerTimeoutMs = 10_000;
const connectionsMax = 128;

/** The one public door: serves the supergraph, and what its subgraphs have besides, until disposed. */
export async function createGateway(options: GatewayOptions): Promise<Running> {
  const { subgraphUrls, authorize, verifyAccessToken, host, port, clock, logger } = options;
  const { patienceMs = 30_000 } = options;
  await using opened = new AsyncDisposableStack(); // closed here only if something below fails

  const agent = new Agent({
    connections: connectionsMax,
    connect: { timeout: connectTimeoutMs },
    headersTimeout: answerTimeoutMs,
    bodyTimeout: answerTimeoutMs,
  });
  opened.defer(() => agent.destroy());
  const upstreams = opened.use(createUpstreams({ subgraphUrls, authorize }));

  const supergraph = buildSupergraph(options.supergraphSdl);
  const strangers = supergraph.subgraphNames.filter((name) => !(name in subgraphUrls));
  if (strangers.length > 0) throw new Error(`no address of the subgraph ${strangers.join(', ')}`);
  const services = Object.fromEntries(
    Object.entries(subgraphUrls).map(([name, url]) => [
      name,
      createDataSource({ name, url, authorize, dispatcher: agent, logger }),
    ]),
  );
  const parts = { supergraph, services, plan: createPlanner(supergraph) };
  const execute = createExecute(parts);
  const subscribe = createSubscribe({ ...parts, upstreams, authorize, logger, patienceMs });

  const formatError = createErrorFormatter(logger);
  const apollo = new ApolloServer<GatewayContext>({
    gateway: createGatewayInterface(supergraph, execute),
    plugins: [ApolloServerPluginLandingPageDisabled()],
    parseOptions,
    validationRules: [limitSelections],
    formatError,
    introspection: true, // the contract is public
    csrfPrevention: false, // no cookie carries authority
    stopOnTerminationSignals: false, // the process itself decides in which order its parts stop
  });
  await apollo.start();
  opened.defer(() => apollo.stop());

  const http = opened.use(
    await serveHttp({
      host,
      port,
      routes: [
        graphqlRoute(apollo, verifyAccessToken),
        healthRoutes(() => areReady(Object.values(subgraphUrls), agent)),
        graphiqlRoute(),
        toGraphiql,
        forwardRoute(forwardsTo(subgraphUrls), agent, logger),
      ],
      logger,
    }),
  );
  opened.use(
    serveGraphSocket({
      server: http.server,
      schema: supergraph.publicSchema,
      documents: createDocuments(supergraph.publicSchema),
      execute,
      subscribe,
      verifyAccessToken,
      formatError,
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

function forwardsTo({ identity, orders, provisioning }: SubgraphUrls) {
  return [
    { path: '/oauth', url: identity },
    { path: '/.well-known', url: identity },
    { path: '/sso', url: identity },
    { path: '/webhooks/stripe', url: orders },
    { path: '/callbacks', url: provisioning },
  ];
}

import { type Authorize } from '#auth';
import { createErrorFormatter } from '#graphql';
import type { Running } from '#service';
import { Agent } from 'undici';
import { createVerifyAccessToken } from './authority/access-token.ts';
import { followRevocations } from './authority/revocations.ts';
import type { TokenIssuer } from './authority/token-issuer.ts';
import { createGateway, type GatewayOptions } from './gateway.ts';
import { forwardRoute } from './http/forward.ts';
import { importFileRoute } from './http/import-file.ts';
import { areReady } from './http/readiness.ts';
import { sessionRoute } from './http/session.ts';
import { vouching } from './subgraph-access.ts';
import { createUpstreams } from './subscriptions/upstreams.ts';
import { buildInTurns } from './supergraph/supergraph.ts';

/** The houses' base addresses. */
export type HouseUrls = Readonly<
  Record<'catalogue' | 'identity' | 'orders' | 'provisioning', string>
>;

export interface FrontDoorOptions extends Omit<
  GatewayOptions,
  | 'subgraphs'
  | 'access'
  | 'verifyAccessToken'
  | 'revocations'
  | 'isReady'
  | 'routes'
  | 'joins'
  | 'overrideLabels'
  | 'toldExtensions'
> {
  readonly houseUrls: HouseUrls;
  /** Whose access tokens count. */
  readonly issuers: readonly TokenIssuer[];
  /** Makes what houses accept, in the caller's name. */
  readonly authorize: Authorize;
}

const connectTimeoutMs = 2_000;
const answerTimeoutMs = 10_000;
const connectionsMax = 128;

export interface FrontDoor extends Running {
  /** Serves another supergraph of the same houses from now on, as a gateway does. */
  readonly replace: (sdl: string) => Promise<boolean>;
}

/** Quartermaster's one public door: the gateway before our own subgraphs, and what these have besides a graph. */
export async function openFrontDoor(options: FrontDoorOptions): Promise<FrontDoor> {
  const { houseUrls, issuers, authorize, clock, logger } = options;
  await using opened = new AsyncDisposableStack(); // closed here only if something below fails
  const agent = new Agent({
    connections: connectionsMax,
    connect: { timeout: connectTimeoutMs },
    headersTimeout: answerTimeoutMs,
    bodyTimeout: answerTimeoutMs,
  });
  opened.defer(() => agent.destroy());
  const formatError = createErrorFormatter(logger);
  const access = vouching(authorize);
  const subgraphs = new Map(
    Object.entries(houseUrls).map(([name, url]) => [name, `${url}/graphql`]),
  );
  const upstreams = opened.use(createUpstreams({ subgraphs, access }));
  const revocations = opened.use(followRevocations({ upstreams, authorize, clock, logger }));
  const { isRevoked } = revocations;
  const verifyAccessToken = createVerifyAccessToken({ issuers, isRevoked, clock });
  const gateway = opened.use(
    await createGateway({
      ...options,
      subgraphs,
      access,
      verifyAccessToken,
      revocations,
      toldExtensions: ['search'],
      isReady: async () => revocations.isReady && (await areReady(Object.values(houseUrls), agent)),
      routes: [
        sessionRoute({ verifyAccessToken, formatError, clock }),
        importFileRoute({
          url: houseUrls.catalogue,
          ...{ verifyAccessToken, authorize, formatError, logger },
          dispatcher: agent,
        }),
        forwardRoute(forwardsTo(houseUrls), agent, logger),
      ],
    }),
  );
  return Object.assign(opened.move(), {
    url: gateway.url,
    replace: (sdl: string) =>
      gateway.replace(sdl, async (text) => ({ supergraph: await buildInTurns(text), subgraphs })),
  });
}

function forwardsTo({ identity, orders, provisioning }: HouseUrls) {
  return [
    { path: '/oauth', url: identity },
    { path: '/.well-known', url: identity },
    { path: '/sso', url: identity },
    { path: '/webhooks/stripe', url: orders },
    { path: '/callbacks', url: provisioning },
  ];
}

import { type Authorize } from '#auth';
import { createErrorFormatter } from '#graphql';
import { healthRoutes, type Running } from '#service';
import { Agent } from 'undici';
import { createGateway, type GatewayOptions } from './gateway.ts';
import { forwardRoute } from './http/forward.ts';
import { areReady } from './http/readiness.ts';
import { sessionRoute } from './http/session.ts';
import { vouching } from './subgraph-access.ts';

/** The houses' base addresses. */
export type HouseUrls = Readonly<
  Record<'catalogue' | 'identity' | 'orders' | 'provisioning', string>
>;

export interface FrontDoorOptions extends Omit<
  GatewayOptions,
  'subgraphs' | 'access' | 'routes' | 'joins' | 'overrideLabels'
> {
  readonly houseUrls: HouseUrls;
  /** Makes what houses accept, in the caller's name. */
  readonly authorize: Authorize;
}

const connectTimeoutMs = 2_000;
const answerTimeoutMs = 10_000;
const connectionsMax = 128;

/** Quartermaster's one public door: the gateway before our own subgraphs, and what these have besides a graph. */
export async function openFrontDoor(options: FrontDoorOptions): Promise<Running> {
  const { houseUrls, authorize, verifyAccessToken, clock, logger } = options;
  await using opened = new AsyncDisposableStack(); // closed here only if something below fails
  const agent = new Agent({
    connections: connectionsMax,
    connect: { timeout: connectTimeoutMs },
    headersTimeout: answerTimeoutMs,
    bodyTimeout: answerTimeoutMs,
  });
  opened.defer(() => agent.destroy());
  const gateway = opened.use(
    await createGateway({
      ...options,
      subgraphs: new Map(Object.entries(houseUrls).map(([name, url]) => [name, `${url}/graphql`])),
      access: vouching(authorize),
      routes: [
        healthRoutes(() => areReady(Object.values(houseUrls), agent)),
        sessionRoute({ verifyAccessToken, formatError: createErrorFormatter(logger), clock }),
        forwardRoute(forwardsTo(houseUrls), agent, logger),
      ],
    }),
  );
  return Object.assign(opened.move(), { url: gateway.url });
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

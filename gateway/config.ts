import { ConfigError, httpUrl, integer, optional, required } from '#service';
import { fileURLToPath } from 'node:url';
import type { Unauthorized } from './authority/refusals.ts';
import type { HouseUrls } from './front-door.ts';
import { defaultLimits, type StreamLimits } from './stream-limits.ts';

export interface GatewayConfig {
  readonly host: string;
  readonly port: number;
  /** The gateway's private key, as a JWK. */
  readonly keyFile: string;
  /** The public keys of all services, as a JWK Set. */
  readonly jwksFile: string;
  /** Who makes the access tokens: the public base address. */
  readonly issuer: string;
  /** Whose access tokens count besides: a JSON file. */
  readonly issuersFile: string | undefined;
  /** What is served; anew whenever it changes. */
  readonly supergraphFile: string;
  readonly unauthorized: Unauthorized;
  readonly introspection: boolean;
  readonly limits: StreamLimits;
  readonly houseUrls: HouseUrls;
}

/** What `npm run generate` composes of the houses' contracts. */
const generatedSupergraph = fileURLToPath(
  new URL('./generated/supergraph.graphql', import.meta.url),
);

const loopback = new Set(['127.0.0.1', 'localhost', '::1']);

export function readConfig(env: NodeJS.ProcessEnv): GatewayConfig {
  const host = optional(env, 'HOST', '127.0.0.1');
  if (env['QUARTERMASTER_DEMO'] === '1' && !loopback.has(host)) {
    throw new ConfigError(
      'HOST',
      `must be 127.0.0.1, localhost or ::1 in demo mode, whose passwords everybody knows, not ${host}`,
    );
  }
  return {
    host,
    port: integer(env, 'PORT', 4_000, { min: 0, max: 65_535 }),
    keyFile: required(env, 'SERVICE_KEY_FILE'),
    jwksFile: required(env, 'SERVICE_JWKS_FILE'),
    issuer: httpUrl(env, 'QUARTERMASTER_ISSUER'),
    issuersFile: optional(env, 'GATEWAY_ISSUERS', '') || undefined,
    supergraphFile: optional(env, 'GATEWAY_SUPERGRAPH', generatedSupergraph),
    unauthorized: env['GATEWAY_REJECT_UNAUTHORIZED'] === '1' ? 'reject' : 'filter',
    introspection: isIntrospectionOn('GATEWAY_INTROSPECTION', env['GATEWAY_INTROSPECTION'], env),
    limits: readLimits(env, {
      connectionsPerAddress: 'GATEWAY_CONNECTIONS_PER_ADDRESS',
      streamsPerPerson: 'GATEWAY_STREAMS_PER_PERSON',
    }),
    houseUrls: {
      catalogue: httpUrl(env, 'CATALOGUE_URL'),
      identity: httpUrl(env, 'IDENTITY_URL'),
      orders: httpUrl(env, 'ORDERS_URL'),
      provisioning: httpUrl(env, 'PROVISIONING_URL'),
    },
  };
}

/** Whether introspection is on: in production only if somebody says so. */
export function isIntrospectionOn(
  setting: string,
  value: string | undefined,
  { NODE_ENV }: NodeJS.ProcessEnv,
): boolean {
  if (value === undefined || value === '') return NODE_ENV !== 'production';
  if (value === 'on' || value === 'off') return value === 'on';
  throw new ConfigError(setting, `must be on or off, not ${value}`);
}

const limitMax = 1_000_000;

/** What may go on at once, by the names that the limits have in the settings. */
export function readLimits(
  settings: NodeJS.ProcessEnv,
  names: Readonly<Record<keyof StreamLimits, string>>,
): StreamLimits {
  const range = { min: 1, max: limitMax };
  const { connectionsPerAddress, streamsPerPerson } = defaultLimits;
  return {
    connectionsPerAddress: integer(
      settings,
      names.connectionsPerAddress,
      connectionsPerAddress,
      range,
    ),
    streamsPerPerson: integer(settings, names.streamsPerPerson, streamsPerPerson, range),
  };
}

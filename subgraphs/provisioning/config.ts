import {
  httpUrl,
  integer,
  optional,
  postgresUrl,
  required,
  serviceConfig,
  type ServiceConfig,
} from '#service';
import type { DownstreamConfig } from './downstream/downstream.ts';

export interface ProvisioningConfig extends ServiceConfig {
  readonly databaseUrl: string;
  readonly databaseConnectionsMax: number;
  readonly eventsDatabaseUrl: string;
  /** The same at every start of the same place: it takes up the requests that it left. */
  readonly executorId: string;
  /** Requests that this process works at, at once. */
  readonly requestsMax: number;
  /** By their key, as templates name them. */
  readonly downstream: Readonly<Record<string, DownstreamConfig>>;
  /** On hand of a SKU that is heard of first; null where there is no end of it. */
  readonly initialStock: number | null;
}

export function readConfig(env: NodeJS.ProcessEnv): ProvisioningConfig {
  const prefix = 'PROVISIONING';
  return {
    ...serviceConfig(env, prefix, 4_003),
    databaseUrl: postgresUrl(env, `${prefix}_DATABASE_URL`),
    databaseConnectionsMax: integer(env, `${prefix}_DATABASE_CONNECTIONS`, 12, { min: 2, max: 50 }),
    eventsDatabaseUrl: postgresUrl(env, 'EVENTS_DATABASE_URL'),
    executorId: optional(env, 'EXECUTOR_ID', 'provisioning-1'),
    requestsMax: integer(env, `${prefix}_REQUESTS_AT_ONCE`, 100, { min: 1, max: 10_000 }),
    downstream: {
      machines: {
        url: httpUrl(env, 'DOWNSTREAM_MACHINES_URL'),
        token: required(env, 'DOWNSTREAM_MACHINES_TOKEN'),
      },
    },
    initialStock: initialStock(env, `${prefix}_INITIAL_STOCK`),
  };
}

/** A count, or `unlimited`: for who sells what never runs out. */
function initialStock(env: NodeJS.ProcessEnv, name: string): number | null {
  if (optional(env, name, '0') === 'unlimited') return null;
  return integer(env, name, 0, { min: 0, max: 1_000_000_000 });
}

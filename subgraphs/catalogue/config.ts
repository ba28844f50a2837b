import {
  ConfigError,
  integer,
  optional,
  postgresUrl,
  required,
  serviceConfig,
  type ServiceConfig,
} from '#service';

export interface CatalogueConfig extends ServiceConfig {
  readonly databaseUrl: string;
  readonly eventsDatabaseUrl: string;
  /** Connections to the database, at most. */
  readonly poolSize: number;
  /** What a price is given in when nobody names a currency. */
  readonly shopCurrency: string;
}

export interface ImportConfig {
  readonly databaseUrl: string;
  readonly eventsDatabaseUrl: string;
  /** The folder of the files. */
  readonly data: string;
}

export function readConfig(env: NodeJS.ProcessEnv): CatalogueConfig {
  return {
    ...serviceConfig(env, 'CATALOGUE', 4_001),
    databaseUrl: postgresUrl(env, 'CATALOGUE_DATABASE_URL'),
    eventsDatabaseUrl: postgresUrl(env, 'EVENTS_DATABASE_URL'),
    poolSize: integer(env, 'CATALOGUE_POOL_SIZE', 10, { min: 1, max: 50 }),
    shopCurrency: currency(env, 'CATALOGUE_CURRENCY', 'USD'),
  };
}

/** For the import, whose folder may also be its only argument. */
export function readImportConfig(
  env: NodeJS.ProcessEnv,
  [folder]: readonly string[],
): ImportConfig {
  return {
    databaseUrl: postgresUrl(env, 'CATALOGUE_DATABASE_URL'),
    eventsDatabaseUrl: postgresUrl(env, 'EVENTS_DATABASE_URL'),
    data: folder ?? required(env, 'CATALOGUE_DATA'),
  };
}

function currency(env: NodeJS.ProcessEnv, name: string, fallback: string): string {
  const value = optional(env, name, fallback);
  if (/^[A-Z]{3}$/.test(value)) return value;
  throw new ConfigError(name, `must be an ISO 4217 code such as USD, not ${value}`);
}

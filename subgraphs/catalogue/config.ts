import {
  ConfigError,
  integer,
  onOrOff,
  optional,
  postgresUrl,
  redisUrl,
  required,
  serviceConfig,
  type ServiceConfig,
} from '#service';
import type { ElasticConfig } from './store/search/elastic/client.ts';

export interface CatalogueConfig extends ServiceConfig {
  readonly databaseUrl: string;
  readonly eventsDatabaseUrl: string;
  /** Connections to the database, at most. */
  readonly poolSize: number;
  /** What a price is given in when nobody names a currency. */
  readonly shopCurrency: string;
  /** The same at every start of the same place: it takes up the imports that it left. */
  readonly executorId: string;
  /** The hosts whose files may be imported, with a port where it isn't the scheme's own. */
  readonly importHosts: readonly string[];
  readonly importBytesMax: number;
  readonly importTimeoutMs: number;
  /** Of an uploaded file. */
  readonly uploadBytesMax: number;
  /** Null reads everything anew. */
  readonly cache: CacheConfig | null;
  /** Null leaves all searches to PostgreSQL. */
  readonly elasticsearch: ElasticConfig | null;
}

export interface CacheConfig {
  /** Null keeps what was read in the process itself. */
  readonly redisUrl: string | null;
  /** In the process itself, at most. */
  readonly bytesMax: number;
  /** How long anything is kept, at most. */
  readonly ttlMs: number;
}

export interface ReindexConfig {
  readonly databaseUrl: string;
  readonly eventsDatabaseUrl: string;
  readonly elasticsearch: ElasticConfig;
}

export interface ImportConfig {
  readonly databaseUrl: string;
  readonly eventsDatabaseUrl: string;
  /** Files to import, or one folder of EC2's. */
  readonly paths: readonly string[];
  /** Tells what would become of the files, and keeps nothing. */
  readonly dryRun: boolean;
  readonly shopCurrency: string;
}

export function readConfig(env: NodeJS.ProcessEnv): CatalogueConfig {
  return {
    ...serviceConfig(env, 'CATALOGUE', 4_001),
    databaseUrl: postgresUrl(env, 'CATALOGUE_DATABASE_URL'),
    eventsDatabaseUrl: postgresUrl(env, 'EVENTS_DATABASE_URL'),
    poolSize: integer(env, 'CATALOGUE_POOL_SIZE', 10, { min: 1, max: 50 }),
    shopCurrency: currency(env, 'CATALOGUE_CURRENCY', 'USD'),
    executorId: optional(env, 'EXECUTOR_ID', 'catalogue-1'),
    importHosts: hosts(env, 'CATALOGUE_IMPORT_HOSTS'),
    importBytesMax: integer(env, 'CATALOGUE_IMPORT_BYTES_MAX', 200_000_000, {
      min: 1_000,
      max: 10_000_000_000,
    }),
    importTimeoutMs: integer(env, 'CATALOGUE_IMPORT_TIMEOUT_MS', 600_000, {
      min: 1_000,
      max: 86_400_000,
    }),
    uploadBytesMax: integer(env, 'CATALOGUE_UPLOAD_BYTES_MAX', 100_000_000, {
      min: 1_000,
      max: 2_000_000_000,
    }),
    cache: cacheConfig(env),
    elasticsearch: optional(env, 'ELASTICSEARCH_URL', '') === '' ? null : elasticsearch(env),
  };
}

export function readReindexConfig(env: NodeJS.ProcessEnv): ReindexConfig {
  return {
    databaseUrl: postgresUrl(env, 'CATALOGUE_DATABASE_URL'),
    eventsDatabaseUrl: postgresUrl(env, 'EVENTS_DATABASE_URL'),
    elasticsearch: elasticsearch(env),
  };
}

/** For the import: its arguments are files or a folder, and `--dry-run`. */
export function readImportConfig(env: NodeJS.ProcessEnv, args: readonly string[]): ImportConfig {
  const paths = args.filter((arg) => arg !== '--dry-run');
  const unknown = paths.find((path) => path.startsWith('--'));
  if (unknown !== undefined) throw new ConfigError(unknown, 'give files, and --dry-run');
  return {
    databaseUrl: postgresUrl(env, 'CATALOGUE_DATABASE_URL'),
    eventsDatabaseUrl: postgresUrl(env, 'EVENTS_DATABASE_URL'),
    paths: paths.length > 0 ? paths : [required(env, 'CATALOGUE_DATA')],
    dryRun: args.includes('--dry-run'),
    shopCurrency: currency(env, 'CATALOGUE_CURRENCY', 'USD'),
  };
}

function cacheConfig(env: NodeJS.ProcessEnv): CacheConfig | null {
  const config = {
    redisUrl: redisUrl(env, 'REDIS_URL'),
    bytesMax: integer(env, 'CATALOGUE_CACHE_BYTES', 64_000_000, {
      min: 100_000,
      max: 10_000_000_000,
    }),
    ttlMs: integer(env, 'CATALOGUE_CACHE_TTL_MS', 60_000, { min: 100, max: 86_400_000 }),
  };
  return onOrOff(env, 'CATALOGUE_CACHE', 'on') ? config : null;
}

function elasticsearch(env: NodeJS.ProcessEnv): ElasticConfig {
  const url = required(env, 'ELASTICSEARCH_URL');
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
    // The value may hold a password.
    throw new ConfigError('ELASTICSEARCH_URL', 'must look like https://user:password@host:9200');
  }
  const prefix = optional(env, 'CATALOGUE_INDEX_PREFIX', 'quartermaster-products');
  if (!/^[a-z][a-z0-9-]{0,99}$/.test(prefix)) {
    const remedy = `must be lower-case letters, digits and hyphens such as shop-products, not ${prefix}`;
    throw new ConfigError('CATALOGUE_INDEX_PREFIX', remedy);
  }
  return {
    url,
    apiKey: optional(env, 'ELASTICSEARCH_API_KEY', '') || null,
    indexPrefix: prefix,
    searchTimeoutMs: integer(env, 'CATALOGUE_SEARCH_TIMEOUT_MS', 1_000, { min: 10, max: 60_000 }),
  };
}

/** Names with commas between them, such as `files.example.com, 192.0.2.1:8080`; none unless set. */
function hosts(env: NodeJS.ProcessEnv, name: string): string[] {
  const names = optional(env, name, '')
    .split(',')
    .map((host) => host.trim())
    .filter((host) => host !== '');
  for (const host of names) {
    if (URL.parse(`https://${host}`)?.host === host) continue;
    throw new ConfigError(name, `must be hosts such as files.example.com, not ${host}`);
  }
  return names;
}

function currency(env: NodeJS.ProcessEnv, name: string, fallback: string): string {
  const value = optional(env, name, fallback);
  if (/^[A-Z]{3}$/.test(value)) return value;
  throw new ConfigError(name, `must be an ISO 4217 code such as USD, not ${value}`);
}

import {
  httpUrl,
  integer,
  postgresUrl,
  required,
  serviceConfig,
  type ServiceConfig,
} from '#service';

export interface IdentityConfig extends ServiceConfig {
  readonly databaseUrl: string;
  /** The log of all domains' events. */
  readonly eventsDatabaseUrl: string;
  /** `iss` of access tokens: the public base address. */
  readonly issuer: string;
  readonly accessTokenSeconds: number;
  /** Where the key is that opens the signing keys in the database. */
  readonly sealKeyFile: string;
}

export function readConfig(env: NodeJS.ProcessEnv): IdentityConfig {
  return {
    ...serviceConfig(env, 'IDENTITY', 4_002),
    databaseUrl: postgresUrl(env, 'IDENTITY_DATABASE_URL'),
    eventsDatabaseUrl: postgresUrl(env, 'EVENTS_DATABASE_URL'),
    issuer: httpUrl(env, 'QUARTERMASTER_ISSUER'),
    accessTokenSeconds: integer(env, 'ACCESS_TOKEN_SECONDS', 900, { min: 60, max: 3_600 }),
    sealKeyFile: required(env, 'IDENTITY_SEAL_KEY_FILE'),
  };
}

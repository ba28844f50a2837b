/** Stops the process before it starts, with the variable's name and what it should be. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly variable: string;

  constructor(variable: string, remedy: string, options?: ErrorOptions) {
    super(`${variable}: ${remedy}`, options);
    this.variable = variable;
  }
}

export function required(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name];
  if (value === undefined || value === '') throw new ConfigError(name, 'must be set');
  return value;
}

export function optional(env: NodeJS.ProcessEnv, name: string, fallback: string): string {
  const value = env[name];
  return value === undefined || value === '' ? fallback : value;
}

/** An absolute http: or https: address, without a trailing slash. */
export function httpUrl(env: NodeJS.ProcessEnv, name: string): string {
  const value = required(env, name);
  const url = URL.parse(value);
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return value.replace(/\/$/, '');
  throw new ConfigError(name, `must be an address such as http://127.0.0.1:4001, not ${value}`);
}

/** Where a PostgreSQL database is. The value may hold a password, so no message repeats it. */
export function postgresUrl(env: NodeJS.ProcessEnv, name: string): string {
  const value = required(env, name);
  const protocol = URL.parse(value)?.protocol;
  if (protocol === 'postgresql:' || protocol === 'postgres:') return value;
  throw new ConfigError(name, 'must look like postgresql://role:password@host:5432/database');
}

/** Where a Redis is, or null where nothing is set. The value may hold a password, so no message repeats it. */
export function redisUrl(env: NodeJS.ProcessEnv, name: string): string | null {
  const value = optional(env, name, '');
  if (value === '') return null;
  const protocol = URL.parse(value)?.protocol;
  if (protocol === 'redis:' || protocol === 'rediss:') return value;
  throw new ConfigError(name, 'must look like redis://:password@host:6379, or be left out');
}

/** `on` or `off`, or the default where nothing is set. */
export function onOrOff(env: NodeJS.ProcessEnv, name: string, fallback: 'on' | 'off'): boolean {
  const value = optional(env, name, fallback);
  if (value === 'on' || value === 'off') return value === 'on';
  throw new ConfigError(name, `must be on or off, not ${value}`);
}

/** A whole number within its limits, or the default where nothing is set. */
export function integer(
  env: NodeJS.ProcessEnv,
  name: string,
  fallback: number,
  { min, max }: { readonly min: number; readonly max: number },
): number {
  const value = env[name] ?? '';
  if (value === '') return fallback;
  const number = /^-?\d+$/.test(value) ? Number(value) : Number.NaN;
  if (number >= min && number <= max) return number;
  throw new ConfigError(name, `must be a whole number from ${min} to ${max}, not ${value}`);
}

/** What every subgraph's process is told by its environment. */
export interface ServiceConfig {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** The service's private key, as a JWK. */
  readonly keyFile: string;
  /** The public keys of all services, as a JWK Set. */
  readonly jwksFile: string;
}

/** Reads `HOST`, `<PREFIX>_PORT`, `SERVICE_KEY_FILE` and `SERVICE_JWKS_FILE`. */
export function serviceConfig(
  env: NodeJS.ProcessEnv,
  prefix: string,
  defaultPort: number,
): ServiceConfig {
  return {
    host: optional(env, 'HOST', '127.0.0.1'),
    port: integer(env, `${prefix}_PORT`, defaultPort, { min: 0, max: 65_535 }),
    keyFile: required(env, 'SERVICE_KEY_FILE'),
    jwksFile: required(env, 'SERVICE_JWKS_FILE'),
  };
}

import { ConfigError, integer, optional, required } from '#service';

export interface SandboxConfig {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** The SQLite file that holds the money. */
  readonly dataFile: string;
  /** The one key that is accepted; of Stripe's test mode by its form. */
  readonly secretKey: string;
}

export function readConfig(env: NodeJS.ProcessEnv): SandboxConfig {
  const secretKey = required(env, 'PAYMENTS_SANDBOX_SECRET_KEY');
  if (!/^sk_test_\w+$/.test(secretKey)) {
    // A live key belongs to Stripe, and in no message.
    throw new ConfigError('PAYMENTS_SANDBOX_SECRET_KEY', 'must look like sk_test_ and letters');
  }
  return {
    host: optional(env, 'HOST', '127.0.0.1'),
    port: integer(env, 'PAYMENTS_SANDBOX_PORT', 4_010, { min: 0, max: 65_535 }),
    dataFile: required(env, 'PAYMENTS_SANDBOX_DATA'),
    secretKey,
  };
}

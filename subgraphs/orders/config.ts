import {
  httpUrl,
  integer,
  optional,
  postgresUrl,
  required,
  serviceConfig,
  type ServiceConfig,
} from '#service';

export interface OrdersConfig extends ServiceConfig {
  readonly databaseUrl: string;
  readonly databaseConnectionsMax: number;
  readonly eventsDatabaseUrl: string;
  readonly catalogueUrl: string;
  readonly provisioningUrl: string;
  /** The same at every start of the same place: it takes up the purchases that it left. */
  readonly executorId: string;
  /** Purchases that this process works at, at once. */
  readonly purchasesMax: number;
  readonly stripeSecretKey: string;
  /** Of the sandbox; null for Stripe itself. */
  readonly stripeApiUrl: string | null;
  readonly paymentTimeoutMs: number;
}

export function readConfig(env: NodeJS.ProcessEnv): OrdersConfig {
  const poolSize = { min: 2, max: 50 };
  const stripeUrl = optional(env, 'STRIPE_API_URL', '');
  return {
    ...serviceConfig(env, 'ORDERS', 4_004),
    databaseUrl: postgresUrl(env, 'ORDERS_DATABASE_URL'),
    databaseConnectionsMax: integer(env, 'ORDERS_DATABASE_CONNECTIONS', 10, poolSize),
    eventsDatabaseUrl: postgresUrl(env, 'EVENTS_DATABASE_URL'),
    catalogueUrl: httpUrl(env, 'CATALOGUE_URL'),
    provisioningUrl: httpUrl(env, 'PROVISIONING_URL'),
    executorId: optional(env, 'EXECUTOR_ID', 'orders-1'),
    purchasesMax: integer(env, 'ORDERS_PURCHASES_AT_ONCE', 100, { min: 1, max: 10_000 }),
    stripeSecretKey: required(env, 'STRIPE_SECRET_KEY'),
    stripeApiUrl: stripeUrl === '' ? null : httpUrl(env, 'STRIPE_API_URL'),
    paymentTimeoutMs: integer(env, 'ORDERS_PAYMENT_TIMEOUT_MS', 15_000, { min: 100, max: 80_000 }),
  };
}

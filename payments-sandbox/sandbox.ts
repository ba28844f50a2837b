import { ConfigError, healthRoutes, serveHttp, type Logger, type Running } from '#service';
import type { SandboxConfig } from './config.ts';
import { createStripeApi } from './api.ts';
import { openLedger, type Ledger } from './store/ledger.ts';

export interface SandboxOptions extends SandboxConfig {
  readonly clock: () => Date;
  readonly logger: Logger;
}

/** Stands in for Stripe: keeps its ledger in a file, and speaks Stripe's HTTP API until disposed. */
export async function startSandbox(options: SandboxOptions): Promise<Running> {
  const { host, port, dataFile, secretKey, clock, logger } = options;
  await using opened = new AsyncDisposableStack(); // closed here only if something below fails
  const ledger = opened.use(open(dataFile));
  const { url } = opened.use(
    await serveHttp({
      host,
      port,
      routes: [healthRoutes(() => true), createStripeApi({ ledger, secretKey, clock, logger })],
      logger,
    }),
  );
  return Object.assign(opened.move(), { url });
}

function open(dataFile: string): Ledger {
  try {
    return openLedger(dataFile);
  } catch (cause) {
    throw new ConfigError(
      'PAYMENTS_SANDBOX_DATA',
      `must name a file that can be written as SQLite's; ${dataFile} can't`,
      { cause },
    );
  }
}

import { ConfigError, healthRoutes, serveHttp, type Logger, type Running } from '#service';
import { createMachinesApi } from './api.ts';
import type { SimulatorConfig } from './config.ts';
import { openMachineStore, type MachineStore } from './machine-store.ts';

export interface SimulatorOptions extends SimulatorConfig {
  readonly clock: () => Date;
  readonly logger: Logger;
}

/** Stands in for the system that makes machines: keeps them in a file, and serves their API until disposed. */
export async function startSimulator(options: SimulatorOptions): Promise<Running> {
  const { host, port, dataFile, token, workMs, clock, logger } = options;
  await using opened = new AsyncDisposableStack(); // closed here only if something below fails
  const machines = opened.use(openStore(dataFile));
  const { url } = opened.use(
    await serveHttp({
      host,
      port,
      routes: [healthRoutes(() => true), createMachinesApi({ machines, token, workMs, clock })],
      logger,
    }),
  );
  return Object.assign(opened.move(), { url });
}

function openStore(dataFile: string): MachineStore {
  try {
    return openMachineStore(dataFile);
  } catch (cause) {
    throw new ConfigError(
      'DOWNSTREAM_SIMULATOR_DATA',
      `must name a file that can be written as SQLite's; ${dataFile} can't`,
      { cause },
    );
  }
}

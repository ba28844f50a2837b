import { createLogger, runUntilStopped } from '#service';
import { readConfig } from './config.ts';
import { startSimulator } from './simulator.ts';

await runUntilStopped(() =>
  startSimulator({
    ...readConfig(process.env),
    clock: () => new Date(),
    logger: createLogger('downstream-simulator'),
  }),
);

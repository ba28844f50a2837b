import { createLogger, runUntilStopped } from '#service';
import { readConfig } from './config.ts';
import { startSandbox } from './sandbox.ts';

await runUntilStopped(() =>
  startSandbox({
    ...readConfig(process.env),
    clock: () => new Date(),
    logger: createLogger('payments-sandbox'),
  }),
);

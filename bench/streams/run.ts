import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../gateway/command.ts';
import { compare } from './compare.ts';
import { readOptions, type Options } from './options.ts';
import { watchOrders } from './orders.ts';
import { tables } from './tables.ts';
import { startTicker } from './ticker.ts';

/** Streams to many clients: what a delivery costs, and how long it takes. See bench/README.md. */
async function run(options: Options, signal: AbortSignal): Promise<boolean> {
  await using leavings = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'bench-streams-'));
  leavings.defer(async () => {
    await rm(folder, { recursive: true });
  });
  for (const table of tables) {
    if (!options.tables.has(table.name)) continue;
    await using ticker = await startTicker(folder, signal);
    await compare(table, ticker, options, signal);
  }
  if (options.tables.has('orders')) await watchOrders(options, signal);
  return true;
}

await runCommand({ needed: {}, readOptions, run });

import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOracle } from '../peers/gateways/oracle.ts';
import { composeSupergraph, subgraphs } from '../peers/gateways/subgraphs.ts';
import { compare } from './compare.ts';
import { startFront } from './front.ts';
import { gateways } from './gateways.ts';
import { moveAside, whyUnfit } from './machine.ts';
import { readOptions, type Options } from './options.ts';
import { install } from './packages.ts';
import { tables } from './tables.ts';

/** Gateways side by side, by CPU time per request. See bench/README.md. */
async function run(options: Options, signal: AbortSignal): Promise<boolean> {
  moveAside();
  await using leavings = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'bench-gateway-'));
  leavings.defer(async () => {
    await rm(folder, { recursive: true });
  });
  const oracle = leavings.use(await startOracle());
  const front = leavings.use(await startFront(Object.keys(subgraphs), oracle.url, folder, signal));
  const supergraph = join(folder, 'supergraph.graphql');
  writeFileSync(supergraph, composeSupergraph(front.subgraphs));

  const hindrances = await prepare(options, signal);
  let allEqual = true;
  for (const table of tables) {
    if (!options.tables.has(table.name)) continue;
    const setting = { front, supergraph, folder, hindrances, options, signal };
    allEqual = (await compare(table, setting)) && allEqual;
  }
  return allEqual;
}

/** Why some gateways can't take part. */
async function prepare(
  options: Options,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const hindrances = new Map<string, string>();
  for (const { name, packages, whyNot } of gateways) {
    if (!options.gateways.has(name)) continue;
    const hindrance =
      whyNot?.() ?? (packages === undefined ? undefined : await install(packages, signal));
    if (hindrance !== undefined) hindrances.set(name, hindrance);
  }
  return hindrances;
}

const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(name, () => {
    stopping.abort();
  });
}

try {
  const options = readOptions(process.argv.slice(2));
  const unfit = whyUnfit();
  if (unfit !== undefined) throw new Error(`SKIPPED, all of it: ${unfit}`);
  console.log(
    `Node ${process.version}, ${cpus()[0]?.model ?? 'a CPU'}, ${cpus().length} CPUs, load average ${loadavg()[0]?.toFixed(1) ?? '?'}; ${options.rounds} rounds of ${options.seconds} s, medians`,
  );
  if (!(await run(options, stopping.signal))) process.exitCode = 1;
} catch (error) {
  process.exitCode = stopping.signal.aborted ? 130 : 1;
  if (stopping.signal.aborted) console.error('Stopped.');
  else console.error(error instanceof Error ? error.message : error);
}

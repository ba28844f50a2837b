import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOracle } from '../peers/gateways/oracle.ts';
import { composeSupergraph, guarded, subgraphs } from '../peers/gateways/subgraphs.ts';
import { runCommand } from './command.ts';
import { compare } from './compare.ts';
import { startFront } from './front.ts';
import { gateways } from './gateways.ts';
import { readOptions, type Options } from './options.ts';
import { install } from './packages.ts';
import { tables } from './tables.ts';
import { startTokens } from './tokens.ts';

/** Gateways side by side, by CPU time per request. See bench/README.md. */
async function run(options: Options, signal: AbortSignal): Promise<boolean> {
  await using leavings = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'bench-gateway-'));
  leavings.defer(async () => {
    await rm(folder, { recursive: true });
  });
  const oracle = leavings.use(await startOracle());
  const front = leavings.use(await startFront(Object.keys(subgraphs), oracle.url, folder, signal));
  const tokens = leavings.use(await startTokens(folder));
  const supergraphs = {
    open: join(folder, 'supergraph.graphql'),
    guarded: join(folder, 'guarded.graphql'),
  };
  writeFileSync(supergraphs.open, composeSupergraph(front.subgraphs));
  writeFileSync(supergraphs.guarded, composeSupergraph(front.subgraphs, guarded));

  const hindrances = await prepare(options, signal);
  let allEqual = true;
  for (const table of tables) {
    if (!options.tables.has(table.name)) continue;
    const setting = { front, tokens, supergraphs, folder, hindrances, options, signal };
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

await runCommand({
  needed: { wrk: 'apt-get install wrk', go: 'https://go.dev/doc/install' },
  readOptions,
  run,
});

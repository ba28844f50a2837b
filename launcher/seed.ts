import { runSql } from '#database';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Program } from './forked.ts';
import { readJson, writeJson } from './json-file.ts';

/** A program that fills a database once, and again when what it reads has changed. */
export interface Seed {
  /** For who waits. */
  readonly activity: string;
  readonly program: Program;
  readonly databaseUrl: string;
  /** Of what it reads; a constant when it reads nothing. */
  readonly version: string;
}

interface Sown {
  readonly database: string;
  readonly version: string;
}

/** Of all files in a folder, as one hash. */
export async function versionOfFiles(folder: URL): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(folder)).toSorted()) {
    hash.update(name).update(await readFile(new URL(name, folder)));
  }
  return hash.digest('hex');
}

/** Runs the programs whose work is not done in their database; says whether there was any. */
export async function sow(
  dataFolder: string,
  seeds: readonly Seed[],
  run: (seed: Seed) => Promise<void>,
): Promise<boolean> {
  const path = join(dataFolder, 'sown.json');
  const sown = ((await readJson(path)) ?? {}) as Record<string, Sown>;
  const outcomes = await Promise.allSettled(
    seeds.map(async (seed) => {
      const { program, databaseUrl, version } = seed;
      const { name } = program;
      const database = await identityOf(databaseUrl);
      if (sown[name]?.database === database && sown[name].version === version) return false;
      await run(seed);
      sown[name] = { database, version };
      await writeJson(path, sown);
      return true;
    }),
  );
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  return outcomes.some((outcome) => outcome.status === 'fulfilled' && outcome.value);
}

/** A database that was dropped and made again is another one: its first migration has another id. */
async function identityOf(databaseUrl: string): Promise<string> {
  const { rows } = await runSql(databaseUrl, [
    'select id from _prisma_migrations order by started_at, id limit 1',
  ]);
  return (rows as { id: string }[])[0]?.id ?? '';
}

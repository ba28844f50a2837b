import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { incarnationOf, isAlive, signal, untilGone, type Incarnation } from './incarnation.ts';
import { readJson, writeJson } from './json-file.ts';

/** A running process, as it is written down. */
export interface Listed extends Incarnation {
  readonly name: string;
  /** Null while it does not serve, or when it serves nobody. */
  readonly url: string | null;
  readonly servingSince: string | null;
  readonly restarts: number;
}

export interface Roster {
  readonly launcher: Incarnation;
  /** The gateway's. */
  readonly url: string;
  /** Where the databases are; without a login. */
  readonly databaseServer: string;
  readonly processes: readonly Listed[];
}

const goneTimeoutMs = 5_000;

/** What runs in a data folder; undefined when nothing does. */
export async function readRoster(dataFolder: string): Promise<Roster | undefined> {
  return (await readJson(pathIn(dataFolder))) as Roster | undefined;
}

/** Keeps on disk which processes there are: for the doctor, and for who starts after a crash. */
export function keepRoster(
  dataFolder: string,
  facts: Pick<Roster, 'url' | 'databaseServer'>,
  list: () => readonly (Omit<Listed, 'birth'> & { readonly pid: number })[],
): AsyncDisposable & { readonly changed: () => void } {
  let writing = Promise.resolve();
  let isDue = false;
  const write = async () => {
    isDue = false;
    const processes = list().flatMap((each) => {
      const incarnation = incarnationOf(each.pid);
      return incarnation === undefined ? [] : [{ ...each, ...incarnation }];
    });
    await writeJson(pathIn(dataFolder), {
      launcher: incarnationOf(process.pid),
      ...facts,
      processes,
    });
  };
  return {
    changed: () => {
      if (isDue) return;
      isDue = true;
      // On a full disk it grows stale: no reason to stop what runs.
      writing = writing.then(write).catch(() => undefined);
    },
    [Symbol.asyncDispose]: async () => {
      isDue = true; // nothing more is written
      await writing;
      await rm(pathIn(dataFolder), { force: true });
    },
  };
}

/**
 * Waits for the processes of a launcher that died: they end by themselves, and would still hold their
 * ports. Who does not end is ended. PostgreSQL may stay: it is adopted.
 */
export async function endLeftovers(dataFolder: string): Promise<void> {
  const { processes = [] } = (await readRoster(dataFolder)) ?? {};
  const leftovers = processes.filter((each) => each.name !== 'postgres' && isAlive(each));
  await Promise.all(
    leftovers.map(async (each) => {
      if (await untilGone(each, goneTimeoutMs)) return;
      signal(each.pid, 'SIGKILL');
      await untilGone(each, goneTimeoutMs);
    }),
  );
}

function pathIn(dataFolder: string): string {
  return join(dataFolder, 'processes.json');
}

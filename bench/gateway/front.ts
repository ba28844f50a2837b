import { join } from 'node:path';
import { Child } from './child.ts';
import { loadCpu, whereIs } from './machine.ts';

/** Subgraphs that answer at once. */
export interface Front extends AsyncDisposable {
  /** Each subgraph's address. */
  readonly subgraphs: Readonly<Record<string, string>>;
  readonly counts: () => Promise<Counts>;
}

export interface Counts {
  /** How many requests the subgraphs have had. */
  readonly requests: number;
  /** How many of them carried an `authorization`. */
  readonly authorized: number;
}

const source = new URL('../peers/gateways/front/', import.meta.url).pathname;

/** Builds it into a folder, and starts it. */
export async function startFront(
  names: readonly string[],
  oracleUrl: string,
  folder: string,
  signal: AbortSignal,
): Promise<Front> {
  const binary = join(folder, 'front');
  const build = { file: whereIs('go') ?? 'go', args: ['build', '-o', binary, '.'], folder: source };
  await using builder = new Child(build, loadCpu);
  const words = await builder.whenEnded(signal);
  if (words !== '') throw new Error(`go build: ${words}`);

  const child = new Child(
    { file: binary, args: [oracleUrl, ...names], env: { GOGC: '400' } },
    loadCpu,
  );
  const line = await child.firstLine;
  if (line === '') {
    await child[Symbol.asyncDispose]();
    throw new Error(`front: ${child.lastWords}`);
  }
  const { subgraphs, counts } = JSON.parse(line) as {
    subgraphs: Record<string, string>;
    counts: string;
  };
  return {
    subgraphs,
    counts: async () => (await (await fetch(counts, { signal })).json()) as Counts,
    [Symbol.asyncDispose]: async () => {
      await child[Symbol.asyncDispose]();
    },
  };
}

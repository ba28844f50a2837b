import { printMarkdown } from '../gateway/print.ts';
import { mediansOf } from '../gateway/statistics.ts';
import type { Figures } from '../gateway/trial.ts';
import { contenders } from './contenders.ts';
import { openFilesMax } from './machine.ts';
import { takeTurn, type Turn } from './measure.ts';
import type { Options } from './options.ts';
import type { Table } from './tables.ts';
import type { Ticker } from './ticker.ts';

interface Column {
  readonly title: string;
  readonly digits: number;
  readonly figure: string;
  /** Whether it is told as a multiple of the first contender's, too. */
  readonly isCompared?: boolean;
}

const heldColumns: readonly Column[] = [
  { title: 'connect s', digits: 1, figure: 'connectS' },
  { title: 'CPU µs/connect', digits: 0, figure: 'connectCpuUs', isCompared: true },
  { title: 'memory KiB/socket', digits: 1, figure: 'socketKib', isCompared: true },
  { title: 'RSS MiB', digits: 0, figure: 'residentMib' },
  { title: 'idle: CPU ms/s', digits: 1, figure: 'idleCpuMs' },
];

const fanOutColumns: readonly Column[] = [
  { title: 'deliveries/s', digits: 0, figure: 'perSecond' },
  { title: 'p50 ms', digits: 1, figure: 'p50Ms' },
  { title: 'p99 ms', digits: 1, figure: 'p99Ms', isCompared: true },
  { title: 'CPU µs/delivery', digits: 1, figure: 'cpuUs', isCompared: true },
  { title: 'RSS MiB', digits: 0, figure: 'residentMib' },
  { title: 'missing', digits: 0, figure: 'missing' },
];

/** Fills one table, and prints it. */
export async function compare(
  { title, ...table }: Table,
  ticker: Ticker,
  { rounds, seconds }: Options,
  signal: AbortSignal,
): Promise<void> {
  console.log(`\n## ${title}`);
  const filesNeeded = table.sockets + 500;
  if (openFilesMax() < filesNeeded) {
    console.log(`\nSKIPPED: \`ulimit -n\` is ${openFilesMax()}, and ${filesNeeded} are needed`);
    return;
  }
  const turns = new Map(contenders.map((contender) => [contender, [] as Turn[]]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [contender, taken] of turns) {
      taken.push(await takeTurn(contender, { ...table, seconds }, ticker, signal));
    }
  }
  const held = [...turns].map(([contender, taken]) => ({
    title: contender.title,
    figures: mediansOf(taken.map((turn) => turn.held)),
  }));
  const isIdle = table.idleMs > 0;
  print('held', isIdle ? heldColumns : heldColumns.slice(0, -1), held);
  for (const [index, perSecond] of table.rates.entries()) {
    const rows = [...turns].map(([contender, taken]) => ({
      title: contender.title,
      figures: mediansOf(taken.flatMap(({ fanOuts }) => fanOuts.slice(index, index + 1))),
    }));
    print(`${perSecond} events/s`, fanOutColumns, rows);
  }
}

function print(
  title: string,
  columns: readonly Column[],
  rows: readonly { readonly title: string; readonly figures: Figures }[],
): void {
  const first = rows[0]?.figures ?? {};
  const head = columns.flatMap((column) => [column.title, ...(column.isCompared ? ['×'] : [])]);
  const lines = rows.map(({ title, figures }) => [
    title,
    ...columns.flatMap(({ figure, digits, isCompared }) => {
      const value = figures[figure] ?? Number.NaN;
      const times = value / (first[figure] ?? Number.NaN);
      return [value.toFixed(digits), ...(isCompared ? [times.toFixed(1)] : [])];
    }),
  ]);
  printMarkdown(title, ['', ...head], lines);
}

import type { Skipped } from './running.ts';
import type { Column, Figures } from './trial.ts';

export interface Row {
  readonly title: string;
  readonly figures: Figures;
}

/** A Markdown table; what was skipped is told below it. */
export function printTable(
  title: string,
  columns: readonly Column[],
  rows: readonly Row[],
  skipped: readonly Skipped[],
): void {
  const stock = rows[0]?.figures ?? {};
  const lines = rows.map(({ title, figures }) => [
    title,
    ...columns.map(({ of, digits }) => of(figures, stock).toFixed(digits)),
  ]);
  console.log(`\n### ${title}\n`);
  console.log(lineOf(['gateway', ...columns.map((column) => column.title)]));
  console.log(lineOf(['---', ...columns.map(() => '---:')]));
  for (const line of lines) console.log(lineOf(line));
  if (skipped.length > 0) console.log('');
  for (const { title, why } of skipped) console.log(`- SKIPPED: ${title}: ${why}`);
}

function lineOf(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

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
  printMarkdown(title, ['gateway', ...columns.map((column) => column.title)], lines);
  if (skipped.length > 0) console.log('');
  for (const { title, why } of skipped) console.log(`- SKIPPED: ${title}: ${why}`);
}

/** A Markdown table of numbers whose lines begin with a word. */
export function printMarkdown(
  title: string,
  head: readonly string[],
  lines: readonly (readonly string[])[],
): void {
  console.log(`\n### ${title}\n`);
  console.log(lineOf(head));
  console.log(lineOf(['---', ...head.slice(1).map(() => '---:')]));
  for (const line of lines) console.log(lineOf(line));
}

function lineOf(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

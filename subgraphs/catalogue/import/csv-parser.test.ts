import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CsvParser, type CsvRecord } from './csv-parser.ts';

test('rows are what was written, however it was quoted and wherever its text is cut', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '"', ',', '\n', '\r', 'é') });
  fc.assert(
    fc.property(
      fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1 }),
      fc.constantFrom('\n', '\r\n'),
      fc.array(fc.nat(), { maxLength: 5 }),
      (rows, lineEnd, cuts) => {
        const text = rows.map((row) => row.map(quoted).join(',')).join(lineEnd);
        const read = parse(text, cuts);
        expect(read).toEqual(
          rows.map((row) => ({ cells: row.map((each) => each.trim()), fault: null })),
        );
      },
    ),
  );
});

test.each<[string, string, CsvRecord['fault']]>([
  ['text behind a closing quote', 'x,"y"z,w', { kind: 'bad quotes', column: 1 }],
  ['a row that is too long', `x,${'y'.repeat(100)},z`, { kind: 'too long', column: 1 }],
  ['a quoted row that is too long', `x,y,"${'\n'.repeat(100)}"`, { kind: 'too long', column: 2 }],
])('%s is the fault of its row alone', (_what, row, fault) => {
  const [before, bad, after] = parse(`a,b\n${row}\nc,d\n`, [5, 9, 40]);
  expect(before).toEqual({ cells: ['a', 'b'], fault: null });
  expect(bad?.fault).toEqual(fault);
  expect(after).toEqual({ cells: ['c', 'd'], fault: null });
});

test('a quote that is never closed is a fault, and a quote in the middle of a cell is none', () => {
  expect(parse('a,"b\nc', []).map(({ fault }) => fault)).toEqual([
    { kind: 'quote never closed', column: 1 },
  ]);
  expect(parse('pipe 5",x', [])).toEqual([{ cells: ['pipe 5"', 'x'], fault: null }]);
});

function parse(text: string, cuts: readonly number[]): CsvRecord[] {
  const parser = new CsvParser(80);
  const places = [0, ...cuts.map((cut) => cut % (text.length + 1)), text.length].toSorted(
    (left, right) => left - right,
  );
  const read = places.flatMap((place, nth) => [...parser.push(text.slice(places[nth - 1], place))]);
  const last = parser.end();
  return last === null ? read : [...read, last];
}

function quoted(cell: string): string {
  return /[",\n\r]/.test(cell) || cell === '' ? `"${cell.replaceAll('"', '""')}"` : cell;
}

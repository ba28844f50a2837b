/**
 * Those of the known terms that were probably meant by one that nobody knows: the nearest, as far as
 * its length allows errors. None when nothing is near enough.
 */
export function nearestTerms(term: string, known: readonly string[]): string[] {
  const near = known
    .map((candidate) => ({ candidate, edits: editDistance(term, candidate) }))
    .filter(({ edits }) => edits <= editsMax(term));
  const fewest = Math.min(...near.map(({ edits }) => edits));
  return near
    .filter(({ edits }) => edits === fewest)
    .map(({ candidate }) => candidate)
    .slice(0, meantMax);
}

/** How many letters must be added, dropped, replaced or swapped with their neighbour. */
export function editDistance(left: string, right: string): number {
  const [a, b] = [Array.from(left), Array.from(right)];
  let before: number[] = [];
  let last = [...Array(b.length + 1).keys()];
  for (const [i, letter] of a.entries()) {
    const row = [i + 1];
    for (const [j, other] of b.entries()) {
      const swapped = letter === b[j - 1] && other === a[i - 1];
      row.push(
        Math.min(
          at(last, j) + Number(letter !== other),
          at(last, j + 1) + 1,
          at(row, j) + 1,
          swapped ? at(before, j - 1) + 1 : Infinity,
        ),
      );
    }
    [before, last] = [last, row];
  }
  return at(last, b.length);
}

const meantMax = 5;

/** As search engines have it: a short word that is one letter off is another word. */
function editsMax({ length }: string): number {
  if (length < 3) return 0;
  return length < 6 ? 1 : 2;
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance, nearestTerms } from './typing-errors.ts';

test.each([
  ['large', 'large', 0],
  ['lagre', 'large', 1],
  ['larg', 'large', 1],
  ['llarge', 'large', 1],
  ['lurge', 'large', 1],
  ['', 'abc', 3],
  ['kitten', 'sitting', 3],
])('from %s to %s it is %i edits', (left, right, edits) => {
  expect(editDistance(left, right)).toBe(edits);
});

test('the distance is the same both ways, nought only to itself, and at most the longer word', () => {
  const word = fc.stringMatching(/^[a-c]{0,7}$/);
  fc.assert(
    fc.property(word, word, (left, right) => {
      const edits = editDistance(left, right);
      expect(editDistance(right, left)).toBe(edits);
      expect(edits === 0).toBe(left === right);
      expect(edits).toBeLessThanOrEqual(Math.max(left.length, right.length));
    }),
  );
});

test('one edit is one edit, wherever it is', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]{2,9}$/), fc.nat(), (word, nth) => {
      const at = nth % (word.length - 1);
      const [before, pair, after] = [word.slice(0, at), word.slice(at, at + 2), word.slice(at + 2)];
      const [first = '', second = ''] = pair;
      expect(editDistance(word, before + second + first + after)).toBe(Number(first !== second));
      expect(editDistance(word, before + second + after)).toBe(1);
      expect(editDistance(word, `${before}-${pair}${after}`)).toBe(1);
    }),
  );
});

const known = ['large', 'xlarge', 'medium', 'metal', 'm7i', 'm7g', 'nvidia'];

test.each([
  ['lagre', ['large']],
  ['medum', ['medium']],
  ['m7l', ['m7i', 'm7g']],
  ['nvidai', ['nvidia']],
  ['m7', []],
  ['laaaaarge', []],
])('%s stands for %j', (term, meant) => {
  expect(nearestTerms(term, known)).toEqual(meant);
});

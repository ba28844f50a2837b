import type { GraphQLFormattedError } from 'graphql';
import { misfitError } from './errors.ts';
import type { Path } from './targets.ts';
import type { Misfit } from './writing.ts';

/**
 * A value that the schema doesn't allow is an error of its own only where no other error explains it: one of the
 * same place, of what it is in, or of something in it.
 */
export function unexplained(
  misfits: readonly Misfit[],
  errors: readonly GraphQLFormattedError[],
): readonly GraphQLFormattedError[] {
  if (misfits.length === 0) return [];
  if (errors.some(({ path }) => !path)) return []; // it may be about anything
  const places = new Set(errors.map(({ path = [] }) => keyOf(path)));
  const above = new Set(errors.flatMap(({ path = [] }) => starts(path).map(keyOf)));
  return misfits
    .filter(({ path }) => !above.has(keyOf(path)))
    .filter(({ path }) => !starts(path).some((start) => places.has(keyOf(start))))
    .map(({ message, path }) => misfitError(message, path));
}

/** The path and every path that it starts with. */
function starts(path: Path): readonly Path[] {
  return [...path, null].map((_step, length) => path.slice(0, length));
}

function keyOf(path: Path): string {
  return path.join('/');
}

import type { GraphQLFormattedError } from 'graphql';
import { isObject, type Json } from './json.ts';
import type { Run } from './run.ts';
import type { Path } from './targets.ts';

const unavailable = 'A part that this needs does not answer now; try again.';
const unexplained = 'A part of this failed.';

/** What a subgraph says of a failure, without what is not for clients: its name, its stack, its extensions. */
export function subgraphError(error: Json, path: Path): GraphQLFormattedError {
  const { message, extensions } = isObject(error) ? error : {};
  const { code, field, incident } = isObject(extensions) ? extensions : {};
  return {
    message: typeof message === 'string' && message !== '' ? message : unexplained,
    ...(path.length > 0 && { path }),
    extensions: {
      code: typeof code === 'string' ? code : 'INTERNAL',
      ...(typeof field === 'string' && { field }),
      // What people quote to those who can look it up.
      ...(typeof incident === 'string' && { incident }),
    },
  };
}

/** A value that the schema does not allow, which no other error explains. */
export function misfitError(message: string, path: Path): GraphQLFormattedError {
  return { message, path, extensions: { code: 'INTERNAL' } };
}

export function fail(run: Run, service: string, path: Path, cause: unknown): void {
  run.errors.push({
    message: unavailable,
    ...(path.length > 0 && { path }),
    extensions: { code: 'SUBGRAPH_UNAVAILABLE' },
  });
  run.onFailure?.({ service, path, cause });
}

/** The path that an error has, if it has a proper one. */
export function pathOf(error: Json): Path | undefined {
  const path = isObject(error) ? error['path'] : undefined;
  const isPath =
    Array.isArray(path) &&
    path.every((step) => typeof step === 'string' || typeof step === 'number');
  return isPath ? path : undefined;
}

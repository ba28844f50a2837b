import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { readdir, readFile } from 'node:fs/promises';

/** One schema of all houses' contracts, or every reason why they don't fit together. */
export async function composeSupergraph(): Promise<string> {
  const folder = new URL('../../subgraphs/', import.meta.url);
  const names = await readdir(folder);
  return await compose(
    names.map((name) => ({ name, file: new URL(`${name}/schema.graphql`, folder) })),
  );
}

/** The public contract, composed alike. */
export async function composeContract(): Promise<string> {
  const folder = new URL('../../docs/contract/', import.meta.url);
  const files = await readdir(folder);
  return await compose(
    files.map((file) => ({ name: file.replace('.graphql', ''), file: new URL(file, folder) })),
  );
}

async function compose(
  subgraphs: readonly { readonly name: string; readonly file: URL }[],
): Promise<string> {
  const { supergraphSdl, errors = [] } = composeServices(
    await Promise.all(
      subgraphs
        .toSorted((left, right) => (left.name < right.name ? -1 : 1))
        .map(async ({ name, file }) => ({ name, typeDefs: parse(await readFile(file, 'utf8')) })),
    ),
  );
  if (supergraphSdl !== undefined) return supergraphSdl;
  throw new AggregateError(errors, errors.map(({ message }) => message).join('\n'));
}

import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { readdir, readFile } from 'node:fs/promises';

const subgraphsFolder = new URL('../../subgraphs/', import.meta.url);

/** One schema of all houses' contracts, or every reason why they don't fit together. */
export async function composeSupergraph(): Promise<string> {
  const names = await readdir(subgraphsFolder);
  const { supergraphSdl, errors = [] } = composeServices(
    await Promise.all(names.toSorted().map(readContract)),
  );
  if (supergraphSdl !== undefined) return supergraphSdl;
  throw new AggregateError(errors, errors.map(({ message }) => message).join('\n'));
}

async function readContract(name: string) {
  const sdl = await readFile(new URL(`${name}/schema.graphql`, subgraphsFolder), 'utf8');
  return { name, typeDefs: parse(sdl) };
}

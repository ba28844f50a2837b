// Everything that is generated and ignored by git: each house's Prisma client and resolver types, and
// the supergraph. `node tools/generate.ts` makes all of it, `node tools/generate.ts orders` one house's.
import { generate } from '@graphql-codegen/cli';
import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { composeSupergraph } from '../gateway/supergraph/compose.ts';
import { runPrisma } from './run-prisma.ts';

const asked = process.argv.slice(2);
const houses = asked.length > 0 ? asked : (await readdir('subgraphs')).toSorted();

for (const house of houses) {
  if (existsSync(`prisma/${house}/prisma.config.ts`)) runPrisma(house, ['generate']);
  await generateResolverTypes(house);
}
if (asked.length === 0) {
  await mkdir('gateway/generated', { recursive: true });
  await writeFile('gateway/generated/supergraph.graphql', await composeSupergraph());
}

/** `subgraphs/<house>/mappers.ts` says what an action hands to a resolver for each type of the schema. */
async function generateResolverTypes(house: string): Promise<void> {
  const { contextType, mappers } = (await import(
    new URL(`../subgraphs/${house}/mappers.ts`, import.meta.url).href
  )) as { contextType: string; mappers: Record<string, string> };
  await generate(
    {
      silent: true,
      generates: {
        [`subgraphs/${house}/generated/resolvers.ts`]: {
          schema: `subgraphs/${house}/schema.graphql`,
          plugins: ['typescript', 'typescript-resolvers'],
          config: {
            federation: true,
            contextType: `../context.ts#${contextType}`,
            mappers,
            enumsAsTypes: true, // Node strips types; it does not compile enums
            useTypeImports: true,
            immutableTypes: true,
            emitLegacyCommonJSImports: false,
            importExtension: '.ts',
            defaultScalarType: 'unknown',
            scalars: {
              DateTime: 'Date',
              Decimal: 'string',
              CurrencyCode: 'string',
              Locale: 'string',
              URL: 'string',
            },
          },
        },
      },
    },
    true,
  );
}

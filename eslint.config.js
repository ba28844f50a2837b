import graphql from '@graphql-eslint/eslint-plugin';
import { defineConfig, globalIgnores } from 'eslint/config';
import { readdirSync } from 'node:fs';
import tseslint from 'typescript-eslint';

/** Each contract is read alone, as its subgraph is. (The plugin keeps only the first config it is given.) */
const contracts = {
  projects: Object.fromEntries(
    readdirSync('subgraphs').map((house) => [
      house,
      { schema: `subgraphs/${house}/schema.graphql` },
    ]),
  ),
};

export default defineConfig(
  globalIgnores(['subgraphs/*/generated/', 'gateway/generated/', 'docs/']),
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/return-await': ['error', 'always'], // a stack trace names every caller
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  {
    files: ['**/*.{test,e2e}.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' }, // a test that is wrong there fails
  },
  {
    files: ['subgraphs/*/schema.graphql'],
    plugins: { '@graphql-eslint': graphql },
    languageOptions: {
      parser: graphql.parser,
      parserOptions: { graphQLConfig: contracts },
    },
    rules: {
      ...graphql.configs['flat/schema-recommended'].rules,
      '@graphql-eslint/description-style': 'off', // a long description is a block
      '@graphql-eslint/require-description': 'off', // a name that says it all needs no sentence
      '@graphql-eslint/strict-id-in-types': 'off', // keys such as `sku` are ids too
      '@graphql-eslint/no-typename-prefix': 'off', // `Product.productId` is the contract's
    },
  },
);

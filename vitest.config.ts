import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Vite would pick graphql's ES module while Apollo requires its CommonJS one: two realms, and each
  // refuses the other's schemas.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            '{packages,subgraphs,gateway,launcher,payments-sandbox,downstream-simulator}/**/*.test.ts',
          ],
          globalSetup: 'packages/database/vitest-setup.ts',
          maxWorkers: 2, // most of a test's time is waiting, even on two cores
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['e2e/**/*.e2e.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false, // each starts a whole Quartermaster
          sequence: { groupOrder: 1 }, // after the unit tests
          env: { ELASTICSEARCH_URL: '' }, // an index is one Quartermaster's, and each story starts another
        },
      },
    ],
  },
});

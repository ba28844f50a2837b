// Hive Gateway, with its own planner or the Rust one.
import { defineConfig } from '@graphql-hive/gateway';
import { unifiedGraphHandler } from '@graphql-hive/router-runtime';

const { PORT, SUPERGRAPH, PLANNER, JOINS, FORWARD } = process.env;

export const gatewayConfig = defineConfig({
  supergraph: SUPERGRAPH,
  host: '127.0.0.1',
  port: Number(PORT),
  fork: 1,
  logging: false,
  ...(PLANNER === 'rust' && { unifiedGraphHandler }),
  ...(JOINS === 'no' && {
    transportEntries: { '*.http': { options: { deduplicateInflightRequests: false } } },
  }),
  ...(FORWARD === 'yes' && {
    propagateHeaders: {
      fromClientToSubgraphs: ({ request }) => ({
        authorization: request.headers.get('authorization'),
      }),
    },
  }),
});

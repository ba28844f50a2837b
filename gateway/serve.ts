// `npm run gateway -- --supergraph FILE --port N`: the gateway that we ship, before anybody's subgraphs.
import { createLogger, runUntilStopped } from '#service';
import { serveSupergraph } from './serve-supergraph.ts';

// Apollo's packages report to their maker unless told not to.
process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';

await runUntilStopped(async () => {
  const gateway = await serveSupergraph(
    process.argv.slice(2),
    createLogger('gateway'),
    process.env,
  );
  process.stdout.write(`GraphQL at ${gateway.url}/graphql, GraphiQL at ${gateway.url}/graphiql\n`);
  return gateway;
});

import { openEvents } from '#events';
import {
  createLogger,
  readServiceIdentity,
  runUntilStopped,
  serveSubgraph,
  type Running,
} from '#service';
import { startWorkflows } from '#workflow';
import { publishTemplates } from './actions/publish-templates.ts';
import { stockProducts } from './actions/stock-products.ts';
import { readConfig, type ProvisioningConfig } from './config.ts';
import { openDownstream } from './downstream/downstream.ts';
import { isReachable, openDatabase } from './store/database.ts';
import { createProvisioningStore } from './store/store.ts';
import { house } from './store/transaction.ts';
import { createProvisioningSubgraph } from './subgraph.ts';
import { createProvision } from './workflows/provision.ts';
import { createTerminate } from './workflows/terminate.ts';

await runUntilStopped(() => startProvisioningHouse(readConfig(process.env)));

async function startProvisioningHouse(config: ProvisioningConfig): Promise<Running> {
  await using opened = new AsyncDisposableStack(); // closed here only if something below fails
  const logger = createLogger(house);
  const clock = () => new Date();
  const { authenticate } = await readServiceIdentity(config, clock);

  const database = openDatabase(config.databaseUrl, config.databaseConnectionsMax);
  opened.defer(() => database.$disconnect());
  const { databaseUrl, eventsDatabaseUrl } = config;
  const report = (error: unknown) => {
    logger.warn('events wait and are tried again', { error });
  };
  const events = opened.use(openEvents({ source: house, databaseUrl, eventsDatabaseUrl, report }));
  const downstream = opened.use(openDownstream(config.downstream));
  const store = createProvisioningStore({ database, bell: events.bell, clock });
  const { streams, bell, signal } = events;
  const parts = { store, streams, bell, signal, downstream, clock, random: Math.random };

  await publishTemplates(parts, downstream.keys);
  opened.use(
    await startWorkflows({
      name: house,
      databaseUrl,
      executorId: config.executorId,
      workflows: [createProvision(parts), createTerminate(parts)],
      concurrency: config.requestsMax,
      logger,
    }),
  );
  let hasCaughtUp = false;
  events.consume({
    transact: store.transactSql,
    source: 'catalogue',
    apply: (tx, told, append) => stockProducts(parts, tx, told, append, config.initialStock),
    caughtUp: () => {
      hasCaughtUp = true;
    },
  });

  const subgraph = createProvisioningSubgraph(parts);
  const { url } = opened.use(
    await serveSubgraph({
      schema: subgraph.schema,
      authenticate,
      contextFor: (caller) => subgraph.contextFor(caller),
      host: config.host,
      port: config.port,
      logger,
      isReady: async () => hasCaughtUp && (await isReachable(database)),
    }),
  );
  return Object.assign(opened.move(), { url });
}

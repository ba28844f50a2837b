import { openEvents } from '#events';
import {
  createLogger,
  createSibling,
  readServiceIdentity,
  runUntilStopped,
  serveSubgraph,
  type Running,
} from '#service';
import { startWorkflows } from '#workflow';
import { applyProvisioningEvent } from './actions/apply-provisioning-event.ts';
import { createCatalogue } from './clients/catalogue.ts';
import { createPayments } from './clients/payments.ts';
import { createProvisioning } from './clients/provisioning.ts';
import { readConfig, type OrdersConfig } from './config.ts';
import { isReachable, openDatabase } from './store/database.ts';
import { createOrderStore, house } from './store/store.ts';
import { createOrdersSubgraph } from './subgraph.ts';
import { createPurchase } from './workflows/purchase.ts';

await runUntilStopped(() => startOrders(readConfig(process.env)));

async function startOrders(config: OrdersConfig): Promise<Running> {
  await using opened = new AsyncDisposableStack(); // closed here only if something below fails
  const logger = createLogger(house);
  const clock = () => new Date();
  const { authenticate, authorize } = await readServiceIdentity(config, clock);

  const database = openDatabase(config.databaseUrl, config.databaseConnectionsMax);
  opened.defer(() => database.$disconnect());
  const { databaseUrl, eventsDatabaseUrl } = config;
  const report = (error: unknown) => {
    logger.warn('events wait and are tried again', { error });
  };
  const events = opened.use(openEvents({ source: house, databaseUrl, eventsDatabaseUrl, report }));
  const sibling = (name: string, url: string) =>
    opened.use(createSibling({ name, url, self: house, authorize }));
  const orders = createOrderStore({ database, bell: events.bell, clock });
  const parts = {
    orders,
    streams: events.streams,
    signal: events.signal,
    catalogue: createCatalogue(sibling('catalogue', config.catalogueUrl)),
    provisioning: createProvisioning(sibling('provisioning', config.provisioningUrl)),
    payments: createPayments({
      secretKey: config.stripeSecretKey,
      apiUrl: config.stripeApiUrl,
      timeoutMs: config.paymentTimeoutMs,
    }),
    clock,
  };

  opened.use(
    await startWorkflows({
      name: house,
      databaseUrl,
      executorId: config.executorId,
      workflows: [createPurchase(parts)],
      concurrency: config.purchasesMax,
      logger,
    }),
  );
  events.consume({
    transact: orders.transactSql,
    source: 'provisioning',
    apply: async (tx, told, append) => {
      for (const event of told) await applyProvisioningEvent(orders.inside(tx, append), event);
    },
  });

  const subgraph = createOrdersSubgraph(parts);
  const { url } = opened.use(
    await serveSubgraph({
      schema: subgraph.schema,
      authenticate,
      contextFor: (caller) => subgraph.contextFor(caller),
      host: config.host,
      port: config.port,
      logger,
      isReady: () => isReachable(database),
    }),
  );
  return Object.assign(opened.move(), { url });
}

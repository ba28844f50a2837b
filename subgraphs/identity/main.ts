import { createTransact, openEvents } from '#events';
import {
  createLogger,
  readServiceIdentity,
  runUntilStopped,
  serveSubgraph,
  type Running,
} from '#service';
import { readConfig, type IdentityConfig } from './config.ts';
import { readSealKey } from './crypto/seal-key.ts';
import { createParts } from './parts.ts';
import { isReachable, openDatabase } from './store/database.ts';
import { createIdentitySubgraph } from './subgraph.ts';
import { jwksRoute } from './well-known.ts';

await runUntilStopped(() => startIdentity(readConfig(process.env)));

async function startIdentity(config: IdentityConfig): Promise<Running> {
  await using opened = new AsyncDisposableStack(); // closed here only if something below fails
  const { databaseUrl, eventsDatabaseUrl, issuer, accessTokenSeconds, host, port } = config;
  const source = 'identity';
  const logger = createLogger(source);
  const clock = () => new Date();
  const { authenticate } = await readServiceIdentity(config, clock);
  const sealKey = await readSealKey(config.sealKeyFile);

  const database = openDatabase(databaseUrl);
  opened.defer(() => database.$disconnect());
  const report = (error: unknown) => {
    logger.warn('events are late', { error });
  };
  const events = opened.use(openEvents({ source, databaseUrl, eventsDatabaseUrl, report }));
  const { bell, streams, signal } = events;
  const transact = createTransact({ client: database, bell, source, clock });

  const secrets = { sealKey, issuer, accessTokenSeconds };
  const parts = await createParts({ database, transact, streams, signal, clock, ...secrets });
  const { schema, contextFor } = createIdentitySubgraph(parts);
  const { url } = opened.use(
    await serveSubgraph({
      schema,
      authenticate,
      contextFor,
      host,
      port,
      logger,
      isReady: () => isReachable(database),
      routes: [jwksRoute(parts.accessTokens.jwks)],
    }),
  );
  return Object.assign(opened.move(), { url });
}

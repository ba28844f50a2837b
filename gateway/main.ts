import {
  ConfigError,
  createLogger,
  readServiceIdentity,
  runUntilStopped,
  type Running,
} from '#service';
import { readFile } from 'node:fs/promises';
import { readIssuers } from './authority/issuers-file.ts';
import { createSigningKeys } from './authority/signing-keys.ts';
import { ownTokens } from './authority/token-issuer.ts';
import { readConfig, type GatewayConfig } from './config.ts';
import { openFrontDoor } from './front-door.ts';
import { readRestFiles } from './rest/read-files.ts';
import { followFile } from './supergraph/follow-file.ts';
import { buildSupergraph } from './supergraph/supergraph.ts';

// Apollo's packages report to their maker unless told not to.
process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';

await runUntilStopped(() => startGateway(readConfig(process.env)));

async function startGateway(config: GatewayConfig): Promise<Running> {
  const { host, port, issuer, issuersFile, supergraphFile, houseUrls } = config;
  const { unauthorized, introspection, limits } = config;
  const clock = () => new Date();
  const logger = createLogger('gateway');
  const supergraph = buildSupergraph(await readSupergraph(supergraphFile));
  const { authorize } = await readServiceIdentity(config, clock);
  const keys = createSigningKeys({
    url: `${houseUrls.identity}/.well-known/jwks.json`,
    clock,
    logger,
  });
  const others = issuersFile
    ? await readIssuers('GATEWAY_ISSUERS', issuersFile, { ours: issuer, clock, logger })
    : [];
  await using opened = new AsyncDisposableStack(); // closed here only if something below fails
  const gateway = opened.use(
    await openFrontDoor({
      supergraph,
      houseUrls,
      authorize,
      issuers: [{ ...ownTokens, keys, issuer }, ...others],
      unauthorized,
      introspection,
      limits,
      rest: await readRestFiles(),
      host,
      port,
      clock,
      logger,
    }).catch((cause: unknown) => {
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE')) throw cause;
      const remedy = `${port} is in use; stop what listens there, or set another`;
      throw new ConfigError('PORT', remedy, { cause });
    }),
  );
  const { url, replace } = gateway;
  opened.use(followFile({ file: supergraphFile, replace, logger }));
  return Object.assign(opened.move(), { url });
}

async function readSupergraph(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch((cause: unknown) => {
    const remedy = `${file} can't be read; unless another is named, "npm run generate" makes it`;
    throw new ConfigError('GATEWAY_SUPERGRAPH', remedy, { cause });
  });
}

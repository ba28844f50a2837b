import {
  ConfigError,
  createLogger,
  readServiceIdentity,
  runUntilStopped,
  type Running,
} from '#service';
import { readIssuers } from './authority/issuers-file.ts';
import { createSigningKeys } from './authority/signing-keys.ts';
import { ownTokens } from './authority/token-issuer.ts';
import { readConfig, type GatewayConfig } from './config.ts';
import { openFrontDoor } from './front-door.ts';
import { readRestFiles } from './rest/read-files.ts';
import { buildSupergraph, readSupergraph } from './supergraph/supergraph.ts';

// Apollo's packages report to their maker unless told not to.
process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';

await runUntilStopped(() => startGateway(readConfig(process.env)));

async function startGateway(config: GatewayConfig): Promise<Running> {
  const { host, port, issuer, issuersFile, houseUrls } = config;
  const { unauthorized, introspection, limits } = config;
  const clock = () => new Date();
  const logger = createLogger('gateway');
  const supergraph = buildSupergraph(await readSupergraph());
  const { authorize } = await readServiceIdentity(config, clock);
  const keys = createSigningKeys({
    url: `${houseUrls.identity}/.well-known/jwks.json`,
    clock,
    logger,
  });
  const others = issuersFile
    ? await readIssuers('GATEWAY_ISSUERS', issuersFile, { ours: issuer, clock, logger })
    : [];
  const gateway = openFrontDoor({
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
  });
  return await gateway.catch((cause: unknown) => {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE')) throw cause;
    throw new ConfigError('PORT', `${port} is in use; stop what listens there, or set another`, {
      cause,
    });
  });
}

import { databaseUrl, houses } from '#database';
import { join } from 'node:path';
import { readJson, writeJson } from './json-file.ts';
import type { LaunchOptions } from './launch-options.ts';
import { assignPorts } from './ports.ts';
import {
  placeForPostgres,
  portForPostgres,
  postgresUrl,
  type EmbeddedPostgres,
} from './postgres.ts';
import {
  loopbackUrl,
  portOf,
  processNames,
  reached,
  type Partner,
  type Plan,
  type Reached,
} from './programs.ts';
import { openSecrets, type Secrets } from './secrets.ts';

/** Decides all that the processes are told; what must not change from start to start is kept. */
export async function makePlan(options: LaunchOptions, dataFolder: string): Promise<Plan> {
  const { host = '127.0.0.1', demo: isDemo = true } = options;
  const secrets = await openSecrets(dataFolder, houses.keys());
  const portsFile = join(dataFolder, 'ports.json');
  const before = ((await readJson(portsFile)) ?? {}) as Readonly<Record<string, number>>;
  const ports = await assignPorts(processNames, before);
  const port = options.port ?? portOf(ports, 'gateway');
  const postgres =
    options.databaseUrl === undefined ? await planPostgres(dataFolder, before, secrets) : null;
  await writeJson(portsFile, {
    ...Object.fromEntries(ports),
    postgres: postgres?.port ?? before['postgres'],
  });

  const adminUrl = postgres === null ? (options.databaseUrl ?? '') : postgresUrl(postgres);
  const partners = {
    payments: partnerOf(
      options.payments,
      urlOf(ports, 'payments-sandbox'),
      secrets.paymentsSandboxKey,
    ),
    machines: partnerOf(
      options.machines,
      urlOf(ports, 'downstream-simulator'),
      secrets.downstreamSimulatorToken,
    ),
  };
  const direct: Record<Reached, string | null> = {
    'payments-sandbox': partners.payments.url,
    'downstream-simulator': partners.machines.url,
    provisioning: urlOf(ports, 'provisioning'),
    catalogue: urlOf(ports, 'catalogue'),
  };
  return {
    dataFolder,
    host,
    port,
    publicUrl: options.publicUrl ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    isDemo,
    ports,
    postgres,
    adminUrl,
    databaseUrls: { ...databaseUrlsAt(adminUrl, secrets), ...options.serviceDatabaseUrls },
    ...partners,
    addresses: await reroute(direct, options.reroute),
  };
}

async function planPostgres(
  dataFolder: string,
  ports: Readonly<Record<string, number>>,
  { postgresPassword: password }: Secrets,
): Promise<EmbeddedPostgres> {
  const folder = await placeForPostgres(dataFolder);
  return { folder, password, port: await portForPostgres(folder, ports['postgres']) };
}

function partnerOf(outside: LaunchOptions['payments'], url: string, secret: string): Partner {
  if (outside === undefined) return { url, secret, isStandIn: true };
  return { url: outside.url ?? null, secret: outside.secret, isStandIn: false };
}

/** As the services' runtime roles, at the server that any of its addresses names. */
export function databaseUrlsAt(
  serverUrl: string,
  { databasePasswords }: Secrets,
): Record<string, string> {
  const urls = [...houses.keys()].map((house) => {
    const login = { role: house, password: databasePasswords[house] ?? '' };
    return [house, databaseUrl(serverUrl, house, login)];
  });
  return Object.fromEntries(urls) as Record<string, string>;
}

async function reroute(
  direct: Readonly<Record<Reached, string | null>>,
  change: LaunchOptions['reroute'],
): Promise<Partial<Record<Reached, string>>> {
  const addresses: Partial<Record<Reached, string>> = {};
  for (const target of reached) {
    const url = direct[target];
    if (url !== null) addresses[target] = (await change?.(target, url)) ?? url;
  }
  return addresses;
}

function urlOf(ports: ReadonlyMap<string, number>, name: string): string {
  return loopbackUrl(portOf(ports, name));
}

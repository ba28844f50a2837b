import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Program } from './forked.ts';
import type { EmbeddedPostgres } from './postgres.ts';
import { keyHolders, type KeyFiles, type KeyHolder } from './keys.ts';

/** All that the processes are told, before they exist. */
export interface Plan {
  readonly dataFolder: string;
  /** Where the gateway listens. */
  readonly host: string;
  readonly port: number;
  /** The address that people use, which access tokens name as their issuer. */
  readonly publicUrl: string;
  readonly isDemo: boolean;
  /** Of our processes, by name. */
  readonly ports: ReadonlyMap<string, number>;
  /** The server to start, or null where one runs already. */
  readonly postgres: EmbeddedPostgres | null;
  /** The administrator's, at the server that holds the databases. */
  readonly adminUrl: string;
  /** As the services' runtime roles, by database. */
  readonly databaseUrls: Readonly<Record<string, string>>;
  readonly payments: Partner;
  readonly machines: Partner;
  /** Where a process finds another; something else may stand between them. */
  readonly addresses: Readonly<Partial<Record<Reached, string>>>;
}

/** Whom another process calls by an address that it is told. */
export const reached = [
  'payments-sandbox',
  'downstream-simulator',
  'provisioning',
  'catalogue',
] as const;

export type Reached = (typeof reached)[number];

/** A system outside, or the process of ours that stands in for it. */
export interface Partner {
  /** Null where the client library knows it. */
  readonly url: string | null;
  /** What it accepts from us. */
  readonly secret: string;
  readonly isStandIn: boolean;
}

/** Of all that may run here but PostgreSQL. */
export const processNames = [
  'gateway',
  'catalogue',
  'identity',
  'provisioning',
  'orders',
  'payments-sandbox',
  'downstream-simulator',
] as const;

const subgraphs = ['catalogue', 'identity', 'provisioning', 'orders'] as const;
type Subgraph = (typeof subgraphs)[number];

const demoStock = '1000';

/** All programs of a launch. */
export interface Programs {
  /** Makes databases, roles, tables and keys, before anyone needs them; ends. */
  readonly setUp: Program;
  /** For systems outside. */
  readonly standIns: readonly Program[];
  readonly subgraphs: readonly Program[];
  readonly gateway: Program;
  /** Fill databases that are new; end. */
  readonly catalogueImport: Program;
  readonly demoAccounts: Program;
}

export function programsOf(plan: Plan): Programs {
  return {
    setUp: setUp(plan),
    standIns: standIns(plan),
    subgraphs: subgraphs.map((name) => subgraph(plan, name)),
    gateway: gateway(plan),
    catalogueImport: {
      name: 'catalogue-import',
      file: 'subgraphs/catalogue/import-main.ts',
      args: [fileURLToPath(catalogueData)],
      env: databasesOf(plan, 'catalogue'),
    },
    demoAccounts: {
      name: 'demo-accounts',
      file: 'subgraphs/identity/demo-accounts.ts',
      env: databasesOf(plan, 'identity'),
    },
  };
}

/** The files that the catalogue is loaded from. */
export const catalogueData = new URL('../data/', import.meta.url);

function standIns({ dataFolder, ports, payments, machines }: Plan): Program[] {
  return [
    {
      name: 'payments-sandbox',
      file: 'payments-sandbox/main.ts',
      isNeeded: payments.isStandIn,
      env: {
        PAYMENTS_SANDBOX_PORT: `${portOf(ports, 'payments-sandbox')}`,
        PAYMENTS_SANDBOX_DATA: join(dataFolder, 'payments-sandbox.sqlite'),
        PAYMENTS_SANDBOX_SECRET_KEY: payments.secret,
      },
    },
    {
      name: 'downstream-simulator',
      file: 'downstream-simulator/main.ts',
      isNeeded: machines.isStandIn,
      env: {
        DOWNSTREAM_SIMULATOR_PORT: `${portOf(ports, 'downstream-simulator')}`,
        DOWNSTREAM_SIMULATOR_DATA: join(dataFolder, 'downstream-simulator.sqlite'),
        DOWNSTREAM_SIMULATOR_TOKEN: machines.secret,
      },
    },
  ].filter(({ isNeeded }) => isNeeded);
}

function subgraph(plan: Plan, name: Subgraph): Program {
  const { payments, machines, addresses } = plan;
  const own: Record<Subgraph, NodeJS.ProcessEnv> = {
    catalogue: { EXECUTOR_ID: 'catalogue-1' },
    identity: {
      QUARTERMASTER_ISSUER: plan.publicUrl,
      IDENTITY_SEAL_KEY_FILE: keyFiles(plan.dataFolder).seal,
    },
    provisioning: {
      EXECUTOR_ID: 'provisioning-1',
      DOWNSTREAM_MACHINES_URL: addresses['downstream-simulator'],
      DOWNSTREAM_MACHINES_TOKEN: machines.secret,
      PROVISIONING_INITIAL_STOCK: plan.isDemo ? demoStock : undefined,
    },
    orders: {
      EXECUTOR_ID: 'orders-1',
      CATALOGUE_URL: addresses.catalogue,
      PROVISIONING_URL: addresses.provisioning,
      STRIPE_SECRET_KEY: payments.secret,
      STRIPE_API_URL: addresses['payments-sandbox'],
    },
  };
  return {
    name,
    file: `subgraphs/${name}/main.ts`,
    env: {
      ...keysOf(plan, name),
      ...databasesOf(plan, name),
      [`${name.toUpperCase()}_PORT`]: `${portOf(plan.ports, name)}`,
      ...own[name],
    },
  };
}

function gateway(plan: Plan): Program {
  const { host, port, ports, publicUrl, isDemo } = plan;
  const addresses = subgraphs.map((name) => [name, loopbackUrl(portOf(ports, name))]);
  return {
    name: 'gateway',
    file: 'gateway/main.ts',
    env: {
      ...keysOf(plan, 'gateway'),
      ...upperCase(Object.fromEntries(addresses) as Record<Subgraph, string>, 'URL'),
      HOST: host,
      PORT: `${port}`,
      QUARTERMASTER_ISSUER: publicUrl,
      QUARTERMASTER_DEMO: isDemo ? '1' : undefined,
    },
  };
}

function setUp({ dataFolder, databaseUrls, adminUrl }: Plan): Program {
  const { services, jwks, seal } = keyFiles(dataFolder);
  return {
    name: 'set-up',
    file: 'launcher/set-up.ts',
    env: {
      DATABASE_URL: adminUrl,
      ...upperCase(databaseUrls, 'DATABASE_URL'),
      ...upperCase(services, 'KEY_FILE'),
      SERVICE_JWKS_FILE: jwks,
      IDENTITY_SEAL_KEY_FILE: seal,
    },
  };
}

function keyFiles(dataFolder: string): KeyFiles {
  const pathOf = (name: string) => join(dataFolder, 'keys', name);
  return {
    services: Object.fromEntries(
      keyHolders.map((name) => [name, pathOf(`${name}.json`)]),
    ) as Record<KeyHolder, string>,
    jwks: pathOf('jwks.json'),
    seal: pathOf('identity-seal.key'),
  };
}

export function loopbackUrl(port: number): string {
  return `http://127.0.0.1:${port}`;
}

function databasesOf({ databaseUrls }: Plan, name: Subgraph): NodeJS.ProcessEnv {
  return {
    [`${name.toUpperCase()}_DATABASE_URL`]: databaseUrls[name],
    EVENTS_DATABASE_URL: databaseUrls['events'],
  };
}

function keysOf({ dataFolder }: Plan, name: KeyHolder): NodeJS.ProcessEnv {
  const { services, jwks } = keyFiles(dataFolder);
  return { SERVICE_KEY_FILE: services[name], SERVICE_JWKS_FILE: jwks };
}

export function portOf(ports: ReadonlyMap<string, number>, name: string): number {
  const port = ports.get(name);
  if (port === undefined) throw new TypeError(`${name} has no port`);
  return port;
}

function upperCase(values: Readonly<Record<string, string>>, suffix: string): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`${name.toUpperCase()}_${suffix}`, value]),
  );
}

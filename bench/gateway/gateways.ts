import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from './child.ts';
import { isExecutable } from './machine.ts';
import type { Tokens } from './tokens.ts';

/** How a gateway is to be started. */
export interface Start {
  readonly port: number;
  /** A file. */
  readonly supergraph: string;
  readonly subgraphs: Readonly<Record<string, string>>;
  /** Whether equal fetches in flight become one, where the gateway has a say in it. */
  readonly joins: boolean;
  /** Whether subgraphs get the client's `authorization`. */
  readonly forwards: boolean;
  /** Whose access tokens it checks; without them it checks nothing. */
  readonly tokens?: Tokens;
  /** Where it may write; removed afterwards. */
  readonly folder: string;
}

export interface Gateway {
  readonly name: string;
  readonly title: string;
  /** Where its packages are installed, beside their `package.json`. */
  readonly packages?: string;
  /** Why it can't run here, if so. */
  readonly whyNot?: () => string | undefined;
  readonly command: (start: Start) => Command;
}

const root = new URL('../../', import.meta.url).pathname;
const peers = join(root, 'bench/peers/gateways');
const apollo = join(peers, 'apollo');
const hive = join(peers, 'hive');
const mercurius = join(peers, 'mercurius');

/** The first is what the others are compared with. */
export const gateways: readonly Gateway[] = [
  {
    name: 'apollo',
    title: 'Apollo Server with @apollo/gateway (stock)',
    packages: apollo,
    command: (start) => ({
      file: process.execPath,
      args: ['serve.mjs'],
      folder: apollo,
      env: envOf(start),
    }),
  },
  hiveGateway('hive', 'Hive Gateway, --jit', ['--jit'], {}),
  hiveGateway('hive-rust', 'Hive Gateway with router-runtime', [], { PLANNER: 'rust' }),
  {
    name: 'mercurius',
    title: 'Mercurius with @mercuriusjs/gateway',
    packages: mercurius,
    command: (start) => ({
      file: process.execPath,
      args: ['serve.mjs'],
      folder: mercurius,
      env: envOf(start),
    }),
  },
  {
    name: 'hive-router',
    title: 'Hive Router (Rust)',
    whyNot: () => {
      const binary = process.env['HIVE_ROUTER_BIN'] ?? '';
      if (binary === '') return 'HIVE_ROUTER_BIN names no hive_router';
      return isExecutable(binary) ? undefined : `HIVE_ROUTER_BIN: ${binary} can't be run`;
    },
    command: (start) => ({
      file: process.env['HIVE_ROUTER_BIN'] ?? '',
      args: [],
      env: { ROUTER_CONFIG_FILE_PATH: writeHiveRouterConfig(start) },
    }),
  },
  {
    name: 'ours',
    title: 'Quartermaster',
    whyNot: () => (ourCommand() === undefined ? 'there is no `npm run gateway`' : undefined),
    command: ({ port, supergraph, joins, tokens }) => ({
      file: process.execPath,
      args: [
        ...(ourCommand() ?? []),
        ...['--supergraph', supergraph, '--port', String(port)],
        ...(joins ? [] : ['--no-joins']),
        ...(tokens
          ? ['--issuer', tokens.issuer, '--audience', tokens.audience, '--jwks', tokens.jwks]
          : []),
      ],
      folder: root,
    }),
  },
];

function hiveGateway(
  name: string,
  title: string,
  flags: readonly string[],
  env: Readonly<Record<string, string>>,
): Gateway {
  return {
    name,
    title,
    packages: hive,
    command: (start) => ({
      file: process.execPath,
      args: [
        ...['node_modules/@graphql-hive/gateway/dist/bin.js', 'supergraph', start.supergraph],
        ...['-c', 'gateway.config.mjs', ...flags],
      ],
      folder: hive,
      env: { ...envOf(start), ...env },
    }),
  };
}

/** What the peers' own start files read. */
function envOf({ port, supergraph, subgraphs, joins, forwards }: Start) {
  return {
    PORT: String(port),
    SUPERGRAPH: supergraph,
    SUBGRAPHS: JSON.stringify(subgraphs),
    JOINS: joins ? 'yes' : 'no',
    FORWARD: forwards ? 'yes' : 'no',
  };
}

function writeHiveRouterConfig({ port, supergraph, joins, forwards, folder }: Start): string {
  const file = join(folder, `hive-router-${port}.json`); // YAML enough
  const config = {
    supergraph: { source: 'file', path: supergraph },
    http: { host: '127.0.0.1', port },
    log: { level: 'error' },
    traffic_shaping: { all: { dedupe_enabled: joins } },
    ...(forwards && {
      headers: { all: { request: [{ propagate: { named: 'authorization' } }] } },
    }),
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
}

/** What `npm run gateway` gives to Node. */
function ourCommand(): readonly string[] | undefined {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const [node, ...args] = (scripts['gateway'] ?? '').split(' ');
  return node === 'node' && existsSync(join(root, args.at(-1) ?? '')) ? args : undefined;
}

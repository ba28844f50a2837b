import { houses } from '#database';
import { CannotStart } from './cannot-start.ts';
import type { LaunchOptions } from './launch-options.ts';

const loopback = new Set(['127.0.0.1', 'localhost', '::1']);
const portMax = 65_535;

/** What `npm start` is told: by its environment, and by `--reset`. */
export function readSettings(
  env: NodeJS.ProcessEnv,
  args: readonly string[],
): LaunchOptions & { readonly dataFolder: string } {
  const unknown = args.find((arg) => arg !== '--reset');
  if (unknown !== undefined) {
    throw new CannotStart(`${unknown} is no option; there is one: npm start -- --reset`);
  }
  const reset = args.includes('--reset');
  const databaseUrl = read(env, 'DATABASE_URL');
  if (reset && databaseUrl !== undefined) {
    throw new CannotStart(
      'DATABASE_URL: --reset does not delete at a PostgreSQL of yours; ' +
        `drop there what should go (${[...houses.keys()].join(', ')}), and start without --reset`,
    );
  }
  return {
    reset,
    dataFolder: read(env, 'QUARTERMASTER_DATA') ?? '.data',
    port: readPort(env),
    publicUrl: read(env, 'QUARTERMASTER_ISSUER'),
    ...readExposure(env),
    databaseUrl,
    serviceDatabaseUrls: readServiceUrls(env, databaseUrl),
    payments: readPayments(env),
    machines: readMachines(env),
  };
}

/** Everybody knows the demo's passwords, so only this machine may reach it. */
function readExposure(env: NodeJS.ProcessEnv): { host: string; demo: boolean } {
  const host = read(env, 'HOST') ?? '127.0.0.1';
  const demo = read(env, 'QUARTERMASTER_DEMO') !== '0';
  if (demo && !loopback.has(host)) {
    throw new CannotStart(
      `HOST: the demo, whose passwords everybody knows, listens on 127.0.0.1 alone, not on ${host}; ` +
        'unset HOST, or start without demo accounts: QUARTERMASTER_DEMO=0',
    );
  }
  return { host, demo };
}

function readPort(env: NodeJS.ProcessEnv): number {
  const text = read(env, 'PORT') ?? '4000';
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (port >= 1 && port <= portMax) return port;
  throw new CannotStart(`PORT: must be a whole number from 1 to ${portMax}, not ${text}`);
}

function readServiceUrls(
  env: NodeJS.ProcessEnv,
  databaseUrl: string | undefined,
): Record<string, string> {
  const urls: Record<string, string> = {};
  for (const house of houses.keys()) {
    const name = `${house.toUpperCase()}_DATABASE_URL`;
    const url = read(env, name);
    if (url === undefined) continue;
    if (databaseUrl === undefined) {
      throw new CannotStart(
        `${name} is set without DATABASE_URL, by which its database would be made; set both, or neither`,
      );
    }
    urls[house] = url;
  }
  return urls;
}

function readMachines(env: NodeJS.ProcessEnv): LaunchOptions['machines'] {
  const url = read(env, 'DOWNSTREAM_MACHINES_URL');
  if (url === undefined) return undefined;
  const secret = read(env, 'DOWNSTREAM_MACHINES_TOKEN');
  if (secret !== undefined) return { url, secret };
  throw new CannotStart('DOWNSTREAM_MACHINES_TOKEN: must be set where DOWNSTREAM_MACHINES_URL is');
}

function readPayments(env: NodeJS.ProcessEnv): LaunchOptions['payments'] {
  const secret = read(env, 'STRIPE_SECRET_KEY');
  return secret === undefined ? undefined : { secret, url: read(env, 'STRIPE_API_URL') };
}

function read(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const value = env[name];
  return value === '' ? undefined : value;
}

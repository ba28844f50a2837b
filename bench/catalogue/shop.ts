import { importJWK, SignJWT, type JWK } from 'jose';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import { keyHolders } from '../../launcher/keys.ts';
import { freePort } from '../../launcher/ports.ts';
import { Child } from '../gateway/child.ts';
import { gatewayCpu, loadCpu } from '../gateway/machine.ts';
import type { Postgres } from './postgres.ts';

/** A catalogue's databases with what its processes are told. */
export interface Shop {
  /** Of the catalogue's database. */
  readonly database: string;
  readonly env: Readonly<Record<string, string>>;
}

/** What serves a graph, and can be asked. */
export interface Server extends AsyncDisposable {
  readonly title: string;
  readonly pid: number;
  /** Without a path. */
  readonly url: string;
  /** @throws when the answer has errors. */
  readonly ask: <Data>(query: string, variables: object) => Promise<Data>;
}

const houses = ['events', 'catalogue', 'identity', 'provisioning', 'orders'];
const root = new URL('../../', import.meta.url).pathname;
/** A large catalogue is read into memory first. */
const startTimeoutMs = 600_000;
/** Internal tokens hold for a minute. */
const tokenMs = 30_000;

/** Makes databases of that name, with roles and tables, as every start of Quartermaster does. */
export async function openShop(
  postgres: Postgres,
  folder: string,
  name: string,
  signal: AbortSignal,
): Promise<Shop> {
  const keys = Object.fromEntries(
    keyHolders.map((holder) => [
      `${holder.toUpperCase()}_KEY_FILE`,
      join(folder, 'keys', `${holder}.json`),
    ]),
  );
  const databases = Object.fromEntries(
    houses.map((house) => {
      const url = new URL(postgres.urlOf(`${name}_${house}`));
      [url.username, url.password] = [`${name}_${house}`, randomUUID()];
      return [`${house.toUpperCase()}_DATABASE_URL`, url.href];
    }),
  );
  const env = {
    DATABASE_URL: postgres.urlOf('postgres'),
    ...databases,
    ...keys,
    SERVICE_JWKS_FILE: join(folder, 'keys', 'jwks.json'),
    IDENTITY_SEAL_KEY_FILE: join(folder, 'keys', 'identity-seal.key'),
  };
  await runOurs('launcher/set-up.ts', [], env, signal);
  return { database: `${name}_catalogue`, env };
}

/** Loads files of the formats that imports take, or a folder of EC2's. */
export async function importFiles(shop: Shop, paths: readonly string[], signal: AbortSignal) {
  await runOurs('subgraphs/catalogue/import-main.ts', paths, shop.env, signal);
}

/** Makes the search index of a catalogue that is told of Elasticsearch. */
export async function reindex(
  { env }: Shop,
  told: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> {
  await runOurs('subgraphs/catalogue/reindex-main.ts', [], { ...env, ...told }, signal);
}

/** Told to a catalogue that searches in PostgreSQL. */
export const onPostgres = { ELASTICSEARCH_URL: '' };

/** Starts the catalogue subgraph, alone on its CPU, without a cache of answers. */
export async function startShop(
  title: string,
  { env }: Shop,
  told: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Server> {
  const port = await freePort();
  const child = new Child(
    {
      file: process.execPath,
      args: ['subgraphs/catalogue/main.ts'],
      folder: root,
      env: {
        ...env,
        SERVICE_KEY_FILE: env['CATALOGUE_KEY_FILE'] ?? '',
        CATALOGUE_PORT: String(port),
        CATALOGUE_CACHE: 'off',
        ...told,
      },
    },
    gatewayCpu,
  );
  const authorize = signer(await readFile(env['GATEWAY_KEY_FILE'] ?? '', 'utf8'));
  const server = clientOf({ title, child, port, path: '/graphql', authorize, signal });
  await untilAnswering(server, child, '{ products { totalCount } }', signal);
  return server;
}

/** Whom to ask, and how to say who asks. */
export interface Asked {
  readonly title: string;
  readonly child: Child;
  readonly port: number;
  readonly path: string;
  readonly authorize: () => Promise<Readonly<Record<string, string>>>;
  readonly signal: AbortSignal;
}

export function clientOf({ title, child, port, path, authorize, signal }: Asked): Server {
  const url = `http://127.0.0.1:${port}`;
  const pool = new Pool(url, {
    bodyTimeout: 60_000,
    headersTimeout: 60_000,
  });
  return {
    title,
    pid: child.pid,
    url,
    ask: async <Data>(query: string, variables: object) => {
      const { body } = await pool.request({
        method: 'POST',
        path,
        headers: { 'content-type': 'application/json', ...(await authorize()) },
        body: JSON.stringify({ query, variables }),
        signal,
      });
      const answer = (await body.json()) as { readonly data?: Data; readonly errors?: unknown };
      if (answer.errors !== undefined || answer.data === undefined) {
        throw new Error(`${title} answered: ${JSON.stringify(answer).slice(0, 500)}`);
      }
      return answer.data;
    },
    [Symbol.asyncDispose]: async () => {
      await pool.destroy();
      await child[Symbol.asyncDispose]();
    },
  };
}

/** Waits until it answers; ends it if it never does. */
export async function untilAnswering(
  server: Server,
  child: Child,
  query: string,
  signal: AbortSignal,
): Promise<void> {
  const until = performance.now() + startTimeoutMs;
  let last: unknown;
  while (child.isRunning && performance.now() < until) {
    try {
      await server.ask(query, {});
      return;
    } catch (error) {
      signal.throwIfAborted();
      last = error;
      await delay(200, undefined, { signal });
    }
  }
  const words = child.lastWords.slice(-500);
  await server[Symbol.asyncDispose]();
  throw new Error(`${server.title} did not start: ${words}`, { cause: last });
}

/** In the gateway's name, for somebody who has not signed in. */
function signer(gatewayKey: string): Asked['authorize'] {
  const jwk = JSON.parse(gatewayKey) as JWK;
  let signed = { at: Number.NEGATIVE_INFINITY, headers: {} };
  return async () => {
    if (performance.now() - signed.at < tokenMs) return signed.headers;
    const token = await new SignJWT({ scope: '' })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'gateway' })
      .setIssuer('gateway')
      .setSubject('anonymous')
      .setAudience('catalogue')
      .setIssuedAt()
      .setExpirationTime('60s')
      .sign(await importJWK(jwk, 'EdDSA'));
    signed = { at: performance.now(), headers: { authorization: `Bearer ${token}` } };
    return signed.headers;
  };
}

async function runOurs(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> {
  const command = { file: process.execPath, args: [file, ...args], folder: root, env };
  await using child = new Child(command, loadCpu);
  const words = await child.whenEnded(signal);
  if (!child.succeeded) throw new Error(`${file}: ${words}`);
}

import {
  anonymous,
  createAuthorize,
  generateServiceKeyPair,
  importServiceKey,
  serviceItself,
  type Authorize,
  type Principal,
} from '#auth';
import { runSql, throwAwayDatabase } from '#database';
import { createClient } from 'graphql-ws';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, expect, inject, test } from 'vitest';
import { WebSocket } from 'ws';

const place = await throwAwayDatabase(inject('postgresUrl'), 'identity');
const events = await throwAwayDatabase(inject('postgresUrl'), 'events');
const folder = await mkdtemp(join(tmpdir(), 'identity-'));
const issuer = 'http://127.0.0.1:4000';
const env = {
  IDENTITY_PORT: '0',
  IDENTITY_DATABASE_URL: place.url,
  EVENTS_DATABASE_URL: events.url,
  QUARTERMASTER_ISSUER: issuer,
  IDENTITY_SEAL_KEY_FILE: await file('seal-key', randomBytes(32).toString('base64')),
  SERVICE_KEY_FILE: '',
  SERVICE_JWKS_FILE: '',
};
const authorize = await makeServiceKeys();

afterAll(async () => {
  await rm(folder, { recursive: true });
  await place[Symbol.asyncDispose]();
  await events[Symbol.asyncDispose]();
});

test('the process signs people in, and its keys outlive it', async () => {
  const made = forked('demo-accounts.ts', env);
  expect(await once(made, 'exit')).toEqual([0, null]);

  const first = await serving();
  const token = await signIn(first.url);
  const keys = new URL('/.well-known/jwks.json', first.url);
  const options = { issuer, audience: 'quartermaster', typ: 'at+jwt', algorithms: ['EdDSA'] };
  await jwtVerify(token, createRemoteJWKSet(keys), options);
  const published = await fetch(keys);
  expect(published.headers.get('cache-control')).toBe('public, max-age=300');
  expect((await fetch(keys, { method: 'POST' })).status).toBe(404);
  expect((await fetch(new URL('/health/ready', first.url))).status).toBe(200);
  await stopped(first.child);

  const second = await serving();
  const sameKeys = new URL('/.well-known/jwks.json', second.url);
  expect(await (await fetch(sameKeys)).json()).toEqual(await published.json());
  await jwtVerify(token, createRemoteJWKSet(sameKeys), options);
  await stopped(second.child);
});

test('its events reach the log of all domains', async () => {
  const { url, child } = await serving();
  await signIn(url);
  const sql = `select event->>'type' as type from log where source = 'identity' order by position desc`;
  await expect
    .poll(async () => (await runSql(events.url, [sql])).rows[0] as unknown, { timeout: 10_000 })
    .toEqual({ type: 'session.started' });
  await stopped(child);
});

test('the gateway hears over its socket of each session that ends, and nobody else does', async () => {
  const { url, child } = await serving();
  const token = await signIn(url);
  const { sub = '', sid } = decodeJwt<{ sid: string }>(token);
  const ada = { id: sub, scopes: new Set<string>(), sessionId: sid, issuer: 'gateway' };
  const socket = createClient({
    url: new URL('/graphql', url).href.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
  });
  const follow = async (caller: Principal) =>
    socket.iterate({
      query: 'subscription { revocations { cursor revocations { sessionId subject before } } }',
      extensions: { authorization: await authorize(caller, 'identity') },
    });
  const told = await follow(serviceItself('gateway'));
  await told.next();
  await ask(url, ada, 'mutation { signOut { sessionsEnded } }');
  expect((await told.next()).value).toMatchObject({
    data: { revocations: { revocations: [{ sessionId: sid, subject: null }] } },
  });
  await told.return?.();

  const stranger = await follow(ada);
  await expect(stranger.next()).rejects.toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  await socket.dispose();
  await stopped(child);
});

test('with another seal key it stops, and says why', async () => {
  const another = await file('another-seal-key', randomBytes(32).toString('base64'));
  expect(await lastWords('main.ts', { ...env, IDENTITY_SEAL_KEY_FILE: another })).toBe(
    'IDENTITY_SEAL_KEY_FILE: does not open the signing keys in the database; ' +
      'name the file that they were sealed with\n',
  );
});

test('demo accounts are made once, with a role each', async () => {
  for (let times = 0; times < 2; times++) {
    expect(await once(forked('demo-accounts.ts', env), 'exit')).toEqual([0, null]);
  }
  const sql = `select email, role_name as role from "user" join user_role on user_id = id order by email`;
  expect((await runSql(place.url, [sql])).rows).toEqual([
    { email: 'admin@example.com', role: 'admin' },
    { email: 'customer@example.com', role: 'customer' },
    { email: 'operator@example.com', role: 'operator' },
    { email: 'second@example.com', role: 'customer' },
  ]);
});

test('demo accounts are not made in production', async () => {
  const said = await lastWords('demo-accounts.ts', { ...env, NODE_ENV: 'production' });
  expect(said).toMatch(/^NODE_ENV: .*demo accounts/);
});

function forked(entry: string, environment: Readonly<Record<string, string>>): ChildProcess {
  const { PATH = '' } = process.env;
  return fork(new URL(entry, import.meta.url), {
    env: { PATH, ...environment },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}

async function serving(): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  const child = forked('main.ts', env);
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  return { url, child };
}

/** What a process that must fail says. */
async function lastWords(
  entry: string,
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  const child = forked(entry, environment);
  const { stderr } = child;
  if (stderr === null) throw new TypeError('its errors are not piped');
  const [said, exit] = await Promise.all([text(stderr), once(child, 'exit')]);
  expect(exit).toEqual([1, null]);
  return said;
}

async function stopped(child: ChildProcess): Promise<void> {
  child.disconnect();
  expect(await once(child, 'exit')).toEqual([0, null]);
}

async function signIn(url: string): Promise<string> {
  const input = { email: 'customer@example.com', password: 'let-me-try-the-demo-2026' };
  const query = `mutation ($input: SignInInput!) {
    signIn(input: $input) { outcome { ... on Tokens { accessToken } } }
  }`;
  const { data } = (await ask(url, anonymous('gateway'), query, { input })) as {
    data: { signIn: { outcome: { accessToken: string } } };
  };
  return data.signIn.outcome.accessToken;
}

async function ask(
  url: string,
  caller: Principal,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<unknown> {
  const response = await fetch(new URL('/graphql', url), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: await authorize(caller, 'identity'),
    },
    body: JSON.stringify({ query, variables }),
  });
  return await response.json();
}

/** Lets the process know us as the gateway. */
async function makeServiceKeys(): Promise<Authorize> {
  const own = await generateServiceKeyPair('identity');
  const gateway = await generateServiceKeyPair('gateway');
  const jwks = { keys: [own.publicJwk, gateway.publicJwk] };
  env.SERVICE_KEY_FILE = await file('key.json', JSON.stringify(own.privateJwk));
  env.SERVICE_JWKS_FILE = await file('jwks.json', JSON.stringify(jwks));
  return createAuthorize(await importServiceKey(gateway.privateJwk), () => new Date());
}

async function file(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content, { mode: 0o600 });
  return path;
}

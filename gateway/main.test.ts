import { generateServiceKeyPair } from '#auth';
import { serveHttp, type Running } from '#service';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from './fixtures/ask.ts';
import { composeHouses } from './fixtures/houses.ts';
import { silent } from './fixtures/silent.ts';
import { connect, take } from './fixtures/socket.ts';
import { composeContract } from './supergraph/compose.ts';

let folder: string;
let nobody: Running;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-'));
  nobody = await serveHttp({ host: '127.0.0.1', port: 0, routes: [], logger: silent });
  const { privateJwk, publicJwk } = await generateServiceKeyPair('gateway');
  const write = async (name: string, value: object) => {
    await writeFile(join(folder, name), JSON.stringify(value));
    return join(folder, name);
  };
  env = {
    PORT: '0',
    QUARTERMASTER_DEMO: '1',
    QUARTERMASTER_ISSUER: 'http://127.0.0.1:4000',
    SERVICE_KEY_FILE: await write('gateway.json', privateJwk),
    SERVICE_JWKS_FILE: await write('jwks.json', { keys: [publicJwk] }),
    CATALOGUE_URL: nobody.url,
    IDENTITY_URL: nobody.url,
    ORDERS_URL: nobody.url,
    PROVISIONING_URL: nobody.url,
  };
});
afterAll(async () => {
  await nobody[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

function start(
  changes: NodeJS.ProcessEnv = {},
  stdout: 'ignore' | 'pipe' = 'ignore',
): ChildProcess {
  return fork(new URL('main.ts', import.meta.url), {
    env: { ...env, ...changes },
    execArgv: [],
    stdio: ['ignore', stdout, 'pipe', 'ipc'],
  });
}

test('it says where it serves, and sends streams away to come back when it stops', async () => {
  const child = start();
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  await using client = connect(url, undefined, { lazy: false, onNonLazyError: () => undefined });
  expect(await take(client, '{ __typename }', 1)).toEqual([{ data: { __typename: 'Query' } }]);
  const { promise: closed, resolve } = Promise.withResolvers<unknown>();
  client.on('closed', resolve);
  child.kill('SIGTERM');
  expect(await closed).toMatchObject({ code: 1012 });
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('SIGHUP makes it look at its supergraph again, and nothing else', async () => {
  const file = join(folder, 'supergraph.graphql');
  await writeFile(file, await composeContract());
  const child = start({ GATEWAY_SUPERGRAPH: file }, 'pipe');
  let log = '';
  child.stdout?.on('data', (chunk: Buffer) => (log += String(chunk)));
  const refusals = () => [...log.matchAll(/the supergraph is refused/g)].length;
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  await writeFile(file, composeHouses()); // which the routes of REST don't fit
  await expect.poll(refusals, { timeout: 20_000 }).toBe(1);
  expect(log).toContain('gateway/rest/catalogue.graphql: line');
  child.kill('SIGHUP');
  await expect.poll(refusals, { timeout: 20_000 }).toBe(2);
  expect((await ask(url, '{ __typename }')).data).toEqual({ __typename: 'Query' });
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test.each([
  ['a port in use', () => ({ PORT: new URL(nobody.url).port }), /^PORT: \d+ is in use.*\n$/],
  ['an address for everybody in demo mode', () => ({ HOST: '0.0.0.0' }), /^HOST: must be .*\n$/],
  [
    'a missing supergraph',
    () => ({ GATEWAY_SUPERGRAPH: '/nowhere' }),
    /^GATEWAY_SUPERGRAPH: \/nowhere can't be read.*\n$/,
  ],
  ['a missing key', () => ({ SERVICE_KEY_FILE: '/nowhere' }), /^SERVICE_KEY_FILE: must .*\n$/],
])('%s ends it with one line that says so', async (_name, changes, line) => {
  const child = start(changes());
  const [complaint] = await Promise.all([
    child.stderr ? text(child.stderr) : '',
    once(child, 'exit'),
  ]);
  expect(complaint).toMatch(line);
  expect(child.exitCode).toBe(1);
});

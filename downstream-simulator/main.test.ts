import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'downstream-simulator-'));
const started: ChildProcess[] = [];
const headers = { authorization: 'Bearer a-token-for-tests' };
const body = JSON.stringify({ type: 'm7i.large', region: 'us-east-1' });

afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

test('what was accepted outlives kill -9', async () => {
  const first = await start();
  const accepted = await fetch(`${first.url}/v1/machines/one`, { method: 'PUT', headers, body });
  expect(accepted.status).toBe(202);
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');

  const second = await start();
  const found = await fetch(`${second.url}/v1/machines/one`, { headers });
  expect(found.status).toBe(200);
  expect(await found.json()).toMatchObject({ id: 'one', type: 'm7i.large' });
});

test('without its token it does not start, and says which variable is missing', async () => {
  const child = launch({ DOWNSTREAM_SIMULATOR_TOKEN: '' });
  const [message] = (await once(child.stderr ?? child, 'data')) as [Buffer];
  expect(message.toString()).toBe('DOWNSTREAM_SIMULATOR_TOKEN: must be set\n');
  const [code] = (await once(child, 'exit')) as [number];
  expect(code).toBe(1);
});

async function start(): Promise<{ child: ChildProcess; url: string }> {
  const child = launch({});
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  return { child, url };
}

function launch(env: NodeJS.ProcessEnv): ChildProcess {
  const child = fork(new URL('main.ts', import.meta.url), {
    silent: true,
    env: {
      ...process.env,
      DOWNSTREAM_SIMULATOR_DATA: join(folder, 'machines.db'),
      DOWNSTREAM_SIMULATOR_PORT: '0',
      DOWNSTREAM_SIMULATOR_TOKEN: 'a-token-for-tests',
      ...env,
    },
  });
  started.push(child);
  return child;
}

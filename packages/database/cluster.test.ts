import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { createCluster, readPostmaster, startCluster, untilReady } from './cluster.ts';
import { freePort } from './free-port.ts';
import { runSql } from './roles.ts';

test('a cluster keeps its data over a kill, and says who serves it', async () => {
  const folder = join(tmpdir(), `quartermaster-${randomUUID()}`);
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  await createCluster(folder, 'secret');
  expect(await readPostmaster(folder)).toBeUndefined();

  const port = await freePort();
  const url = `postgresql://postgres:secret@127.0.0.1:${port}/postgres`;
  // Again while processes of the killed one are about: PostgreSQL refuses to share their memory.
  const start = async () => {
    return await vi.waitFor(
      async () => {
        const server = await startCluster({ folder, port });
        stack.defer(() => {
          server.kill('SIGQUIT');
        });
        expect(await untilReady(folder, server)).toBe(true);
        expect(await readPostmaster(folder)).toEqual({ pid: server.pid, port, isReady: true });
        return server;
      },
      { timeout: 20_000 },
    );
  };

  const first = await start();
  await runSql(url, ['create table kept ()']);
  const ended = once(first, 'exit');
  first.kill('SIGKILL');
  await ended;
  expect(await readPostmaster(folder)).toMatchObject({ pid: first.pid });

  const second = await start();
  await runSql(url, ['select from kept']);
  const stopped = once(second, 'exit');
  second.kill('SIGINT');
  await stopped;
  expect(await readPostmaster(folder)).toBeUndefined();
});

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { openDataFolder, temporaryFolder } from './data-folder.ts';
import { lock } from './lock.ts';

async function openFolder(): Promise<string> {
  const place = temporaryFolder();
  onTestFinished(() => place[Symbol.asyncDispose]());
  return await openDataFolder(place.path);
}

test('a second launcher is refused, and told whose the folder is; after the first it may', async () => {
  const folder = await openFolder();
  const first = await lock(folder);
  await expect(lock(folder)).rejects.toThrow(`already runs on ${folder} (process ${process.pid})`);
  await first[Symbol.asyncDispose]();
  const second = await lock(folder);
  await second[Symbol.asyncDispose]();
});

test('the lock of a process that is killed is free', async () => {
  const folder = await openFolder();
  const holder = fork(fileURLToPath(new URL('testing/lock-holder.ts', import.meta.url)), [folder]);
  await once(holder, 'message');
  await expect(lock(folder)).rejects.toThrow(`(process ${String(holder.pid)})`);
  const ended = once(holder, 'exit');
  holder.kill('SIGKILL');
  await ended;
  const taken = await lock(folder);
  await taken[Symbol.asyncDispose]();
});

test('of many at once, one gets it', async () => {
  const folder = await openFolder();
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => lock(folder)));
  const winners = outcomes.filter((outcome) => outcome.status === 'fulfilled');
  expect(winners).toHaveLength(1);
  for (const { value } of winners) await value[Symbol.asyncDispose]();
});

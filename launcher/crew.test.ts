import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { incarnationOf, isAlive, signal, untilGone } from './incarnation.ts';
import { runPostgres, stopPostgres } from './postgres.ts';
import { endLeftovers, readRoster } from './roster.ts';
import { openCrew, testProgram } from './testing/crew.ts';
import { postgresOf } from './testing/postgres.ts';

test('a killed process is started again, on the same terms', async () => {
  await using place = await openCrew();
  const member = await place.crew.start('subgraph', testProgram('orders'));
  const { pid } = member;
  await member.kill('SIGKILL');
  expect(member.servingSince).toBeUndefined();
  await member.whenReady();
  expect(member).toMatchObject({ url: 'http://orders', restarts: 1 });
  expect(member.pid).not.toBe(pid);
  expect(place.lines).toEqual(['orders ended by SIGKILL; it starts again in 100 ms']);
});

test.each([
  ['fails', 'orders: ended with code 1 (TypeError: no such luck)'],
  ['misconfigured', 'orders: ended with code 1 (SOME_URL: must be set)'],
])('a process that %s at its first start is not tried again', async (behaviour, message) => {
  await using place = await openCrew();
  const program = testProgram('orders', behaviour);
  await expect(place.crew.start('subgraph', program)).rejects.toThrow(message);
});

test('a program that runs to its end fails with its last words', async () => {
  await using place = await openCrew();
  await expect(place.crew.run(testProgram('set-up', 'misconfigured'))).rejects.toThrow(
    'set-up: SOME_URL: must be set',
  );
});

test('when it is closed, nobody is left', async () => {
  const pids: number[] = [];
  {
    await using place = await openCrew();
    for (const name of ['orders', 'catalogue', 'gateway']) {
      pids.push((await place.crew.start('subgraph', testProgram(name))).pid);
    }
  }
  expect(pids.map(incarnationOf)).toEqual([undefined, undefined, undefined]);
});

test('who runs is written down, and no password', async () => {
  await using place = await openCrew();
  const { pid } = await place.crew.start('subgraph', testProgram('orders'));
  await vi.waitFor(async () => {
    const roster = await readRoster(place.dataFolder);
    expect(roster?.launcher.pid).toBe(process.pid);
    expect(roster?.processes).toMatchObject([{ name: 'orders', pid, url: 'http://orders' }]);
  });
});

test('errors that a process logs are told, each once', async () => {
  await using place = await openCrew();
  await place.crew.start('subgraph', testProgram('orders', 'complains'));
  await vi.waitFor(() => {
    expect(place.lines).toEqual(['orders: the ledger is closed: Error: Sunday']);
  });
  expect(await readFile(join(place.dataFolder, 'logs', 'orders.log'), 'utf8')).toContain('Sunday');
});

test('PostgreSQL that is killed comes back with its data', async () => {
  await using place = await openCrew();
  const postgres = await postgresOf(place.dataFolder);
  const log = place.crew.log('postgres');
  const member = await place.crew.startPostgres(() => runPostgres(postgres, log));
  const { pid, url } = member;
  await member.kill('SIGKILL');
  await member.whenReady();
  expect(member.url).toBe(url);
  expect(member.pid).not.toBe(pid);
});

test('a killed launcher leaves no program, and its PostgreSQL is adopted', async () => {
  await using place = await openCrew();
  const { dataFolder, crew } = place;
  const launcher = fork(fileURLToPath(new URL('testing/launcher.ts', import.meta.url)), [
    dataFolder,
  ]);
  const [pids] = (await once(launcher, 'message')) as [{ orders: number; postgres: number }];
  onTestFinished(() => stopPostgres(join(dataFolder, 'postgres')));
  const orders = incarnationOf(pids.orders);
  const ended = once(launcher, 'exit');
  signal(launcher.pid ?? 0, 'SIGKILL');
  await ended;

  await endLeftovers(dataFolder);
  expect(orders !== undefined && isAlive(orders)).toBe(false);
  const postgres = await postgresOf(dataFolder);
  const adopted = await crew.startPostgres(() => runPostgres(postgres, crew.log('postgres')));
  expect(adopted.pid).toBe(pids.postgres);

  // It is watched like one of our own.
  await adopted.kill('SIGKILL');
  await adopted.whenReady();
  expect(adopted.pid).not.toBe(pids.postgres);
});

test('of a leftover that does not end by itself nothing is left either', async () => {
  await using place = await openCrew();
  const member = await place.crew.start('subgraph', testProgram('orders'));
  const incarnation = incarnationOf(member.pid);
  await vi.waitFor(async () => {
    expect((await readRoster(place.dataFolder))?.processes).toMatchObject([{ name: 'orders' }]);
  });
  await endLeftovers(place.dataFolder);
  expect(incarnation !== undefined && (await untilGone(incarnation, 0))).toBe(true);
});

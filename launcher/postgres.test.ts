import { readPostmaster } from '#database';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runPostgres, stopPostgres } from './postgres.ts';
import { openCrew } from './testing/crew.ts';
import { postgresOf } from './testing/postgres.ts';

test("a stranger who has the dead server's number does not keep it from starting", async () => {
  await using place = await openCrew();
  const postgres = await postgresOf(place.dataFolder);
  const log = place.crew.log('postgres');
  const first = await place.crew.startPostgres(() => runPostgres(postgres, log));
  const pidFile = join(postgres.folder, 'postmaster.pid');
  const stale = (await readFile(pidFile, 'utf8')).replace(/^\d+/, `${process.pid}`);
  await first[Symbol.asyncDispose]();
  await writeFile(pidFile, stale);

  const second = await place.crew.startPostgres(() => runPostgres(postgres, log));
  expect(await readPostmaster(postgres.folder)).toMatchObject({ pid: second.pid });
});

test('data whose password was lost is not served, and the remedy is told', async () => {
  await using place = await openCrew();
  const postgres = await postgresOf(place.dataFolder);
  const log = place.crew.log('postgres');
  const first = await place.crew.startPostgres(() => runPostgres(postgres, log));
  await first[Symbol.asyncDispose]();

  const forgetful = { ...postgres, password: 'another' };
  const second = place.crew.startPostgres(() => runPostgres(forgetful, log));
  await expect(second).rejects.toThrow('begin anew: npm start -- --reset');
  expect(await readPostmaster(postgres.folder)).toBeUndefined();
});

test('a server that was left behind is stopped in good order', async () => {
  await using place = await openCrew();
  const postgres = await postgresOf(place.dataFolder);
  const run = await runPostgres(postgres, place.crew.log('postgres'));
  await run.ready;
  await stopPostgres(postgres.folder);
  expect(await readPostmaster(postgres.folder)).toBeUndefined();
});

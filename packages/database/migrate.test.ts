import { expect, inject, test } from 'vitest';
import { houses, migrate } from './migrate.ts';
import { runSql } from './roles.ts';
import { throwAwayDatabase } from './throw-away.ts';

const server = inject('postgresUrl');

test.each([...houses.keys()])('%s migrates once, and then has nothing to do', async (house) => {
  await using place = await throwAwayDatabase(server, house);
  expect(await migrate(house, place.ownerUrl)).toEqual([]);
  const { rows } = await runSql(place.url, ['select migration_name from _prisma_migrations']);
  expect(rows.length).toBeGreaterThan(0);
});

test.each([
  ['create a table', 'create table t ()'],
  ['forget a migration', 'delete from _prisma_migrations'],
  ['empty the outbox at once', 'truncate events.outbox'],
])('the runtime role may not %s', async (_what, sql) => {
  await using place = await throwAwayDatabase(server, 'orders');
  await expect(runSql(place.url, [sql])).rejects.toMatchObject({ code: '42501' });
});

test('a stranger may not connect', async () => {
  await using place = await throwAwayDatabase(server, 'orders');
  await using other = await throwAwayDatabase(server, 'catalogue');
  const url = new URL(place.url);
  url.username = new URL(other.url).username;
  await expect(runSql(url.href, ['select 1'])).rejects.toMatchObject({ code: '42501' });
});

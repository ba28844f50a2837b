import { runSql, throwAwayDatabase } from '#database';
import { expect, inject, test } from 'vitest';
import { isReachable, openDatabase } from './database.ts';

const noon = new Date('2026-11-25T12:00:00Z');

test("an instant is kept as it is, whatever the server's time zone", async () => {
  await using place = await throwAwayDatabase(inject('postgresUrl'), 'identity');
  const name = new URL(place.url).pathname.slice(1);
  await runSql(place.ownerUrl, [`alter database "${name}" set timezone to 'Asia/Kolkata'`]);
  const database = openDatabase(place.url);
  const address = new Uint8Array(32);
  await database.signInFailures.create({ data: { address, count: 1, lastAt: noon } });
  await database.$disconnect();
  const sql = `select last_at = '${noon.toISOString()}' as same from sign_in_failures`;
  expect((await runSql(place.url, [sql])).rows).toEqual([{ same: true }]);
});

test('a database that does not answer is not reachable', async () => {
  const database = openDatabase('postgresql://identity:none@127.0.0.1:1/identity');
  expect(await isReachable(database)).toBe(false);
  await database.$disconnect();
});

test('an address is unique however it is written, since only lower case is kept', async () => {
  await using place = await throwAwayDatabase(inject('postgresUrl'), 'identity');
  const add = (id: number, email: string) =>
    `insert into "user" values ('00000000-0000-7000-8000-00000000000${id}', '${email}', 'Ada', 'ACTIVE', '', now())`;
  await runSql(place.url, [add(1, 'ada@example.com')]);
  await expect(runSql(place.url, [add(2, 'ada@example.com')])).rejects.toMatchObject({
    constraint: 'user_email_key',
  });
  await expect(runSql(place.url, [add(2, 'Ada@example.com')])).rejects.toMatchObject({
    constraint: 'user_email_check',
  });
});

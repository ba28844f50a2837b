import { databaseUrl, runSql } from '#database';
import { expect, inject, onTestFinished, test } from 'vitest';
import { demandAdmin } from './admin.ts';

const server = inject('postgresUrl');

test("the server's administrator will do", async () => {
  await demandAdmin(server);
});

test.each([
  ['localhost:5432', 'must look like postgresql://'],
  ['mysql://root@127.0.0.1/mysql', 'must look like postgresql://'],
  ['postgresql://postgres@127.0.0.1:1/postgres', 'no PostgreSQL answers at 127.0.0.1:1'],
  ['postgresql://postgres@nowhere.invalid/postgres', 'no PostgreSQL answers at nowhere.invalid'],
  [databaseUrl(server, 'postgres', { role: 'postgres', password: 'guessed' }), 'refuses the role'],
  [databaseUrl(server, 'missing'), 'has no database missing'],
])('%s is refused with what helps', async (url, message) => {
  await expect(demandAdmin(url)).rejects.toThrow(message);
});

test('a role that may not make roles is told how it may', async () => {
  await runSql(server, [`create role launcher_test login password 'x'`]);
  onTestFinished(async () => {
    await runSql(server, ['drop role launcher_test']);
  });
  const url = databaseUrl(server, 'postgres', { role: 'launcher_test', password: 'x' });
  await expect(demandAdmin(url)).rejects.toThrow('alter role launcher_test createrole createdb');
});

import { expect, inject, test } from 'vitest';
import { databaseUrl, runSql, setUpDatabase } from './roles.ts';

const server = inject('postgresUrl');
const roles = {
  database: 'roles_test',
  role: 'roles_test',
  ownerPassword: 'own',
  runtimePassword: 'run',
};
const runtimeUrl = databaseUrl(server, 'roles_test', { role: 'roles_test', password: 'run' });

test('who may make roles and databases sets one up, and again, without being a superuser', async () => {
  const steward = { role: 'roles_test_steward', password: 'steward' };
  await using cleanUp = new AsyncDisposableStack();
  cleanUp.defer(async () => {
    await runSql(server, [
      'drop database if exists roles_test with (force)',
      'drop role if exists roles_test, roles_test_owner, roles_test_steward',
    ]);
  });
  await runSql(server, [
    `create role ${steward.role} login createrole createdb password '${steward.password}'`,
  ]);
  const url = databaseUrl(server, 'postgres', steward);
  await setUpDatabase(url, roles);
  await setUpDatabase(url, roles);
  const { rows } = await runSql(runtimeUrl, ['select current_user as me']);
  expect(rows).toEqual([{ me: 'roles_test' }]);
});

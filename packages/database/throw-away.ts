import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { migrate } from './migrate.ts';
import { databaseUrl, runSql, setUpDatabase } from './roles.ts';

export interface ThrowAwayDatabase extends AsyncDisposable {
  /** As the house's runtime role. */
  readonly url: string;
  /** As the role that owns the tables: for what a test empties. */
  readonly ownerUrl: string;
}

const password = 'throw-away';
const templateLock = 7_340_215;

/** A migrated database of one's own with the house's two roles, dropped when disposed. */
export async function throwAwayDatabase(
  serverUrl: string,
  house: string,
): Promise<ThrowAwayDatabase> {
  const template = `${house}_template`;
  const name = `${house}_${randomUUID().slice(0, 8)}`;
  const quoted = pg.escapeIdentifier(name);
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    // One at a time: the first makes the template, and a template is copied by one alone.
    await client.query('select pg_advisory_lock($1)', [templateLock]);
    await makeTemplate(serverUrl, house, template);
    await client.query(`create database ${quoted} template ${template} owner ${house}_owner`);
    await client.query(`revoke all on database ${quoted} from public`);
    await client.query(`grant connect on database ${quoted} to ${house}`);
  } finally {
    await client.end();
  }
  return {
    url: databaseUrl(serverUrl, name, { role: house, password }),
    ownerUrl: databaseUrl(serverUrl, name, { role: `${house}_owner`, password }),
    [Symbol.asyncDispose]: async () => {
      await runSql(serverUrl, [`drop database ${quoted} with (force)`]);
    },
  };
}

async function makeTemplate(serverUrl: string, house: string, template: string): Promise<void> {
  const done = await runSql(serverUrl, [
    `select from pg_database where datname = ${pg.escapeLiteral(template)} and datistemplate`,
  ]);
  if (done.rowCount === 1) return;
  const roles = {
    database: template,
    role: house,
    ownerPassword: password,
    runtimePassword: password,
  };
  await setUpDatabase(serverUrl, roles);
  await migrate(house, databaseUrl(serverUrl, template, { role: `${house}_owner`, password }));
  await runSql(serverUrl, [`alter database ${pg.escapeIdentifier(template)} is_template true`]);
}

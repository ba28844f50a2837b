import pg from 'pg';

/** One database with its two roles: an owner that migrates, and a runtime role that only reads and writes rows. */
export interface DatabaseRoles {
  readonly database: string;
  /** The runtime role's name; the owner's is this with `_owner`. */
  readonly role: string;
  readonly ownerPassword: string;
  readonly runtimePassword: string;
}

const ownerConnectionsMax = 5;
const runtimeConnectionsMax = 60;
/** Of a database that several services' roles would share: they all log in as the one role. */
const schemas = ['public', 'history', 'events'];

/**
 * Makes the database and its roles what they should be; run by the set-up as a superuser, or a role with
 * CREATEROLE and CREATEDB. New tables get the right privileges by themselves: in `history` the runtime
 * role may read and add, no more. Doing it again changes nothing.
 */
export async function setUpDatabase(adminUrl: string, roles: DatabaseRoles): Promise<void> {
  const { database, role, ownerPassword, runtimePassword } = roles;
  const [owner, runtime] = [pg.escapeIdentifier(`${role}_owner`), pg.escapeIdentifier(role)];
  const name = pg.escapeIdentifier(database);
  await runSql(adminUrl, [
    ...createRole(owner, ownerPassword, ownerConnectionsMax),
    ...createRole(runtime, runtimePassword, runtimeConnectionsMax),
    joinRole(owner),
    `alter role ${runtime} set statement_timeout = '15s'`,
    `alter role ${runtime} set idle_in_transaction_session_timeout = '15s'`,
    // Prisma's adapter writes and reads instants without their zone.
    `alter role ${runtime} set timezone = 'UTC'`,
  ]);
  const found = await runSql(adminUrl, [
    `select from pg_database where datname = ${pg.escapeLiteral(database)}`,
  ]);
  if (found.rowCount === 0) await runSql(adminUrl, [`create database ${name} owner ${owner}`]);
  await runSql(adminUrl, [
    `revoke all on database ${name} from public`, // CONNECT and TEMPORARY are PUBLIC's by default
    `grant connect on database ${name} to ${runtime}`,
  ]);
  const defaults = `alter default privileges for role ${owner} in schema`;
  await runSql(databaseUrl(adminUrl, database), [
    `revoke all on schema public from public`,
    ...schemas.map((schema) => `create schema if not exists ${schema} authorization ${owner}`),
    `alter schema public owner to ${owner}`,
    `grant usage on schema ${schemas.join(', ')} to ${runtime}`,
    `${defaults} public grant select, insert, update, delete on tables to ${runtime}`,
    `${defaults} events grant select, insert, update, delete on tables to ${runtime}`,
    `${defaults} history grant select, insert on tables to ${runtime}`,
    ...schemas.map((schema) => `${defaults} ${schema} grant usage on sequences to ${runtime}`),
  ]);
}

/** Once for a server: the databases that every server has let anyone in, too. */
export async function closeCommonDoors(adminUrl: string): Promise<void> {
  await runSql(adminUrl, ['revoke connect on database postgres, template1 from public']);
}

/** The same server's address with another database and, if given, another login. */
export function databaseUrl(
  serverUrl: string,
  database: string,
  login?: { readonly role: string; readonly password: string },
): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  if (login !== undefined) [url.username, url.password] = [login.role, login.password];
  return url.href;
}

/** Runs statements one by one on a connection of its own; answers with the last one's result. */
export async function runSql(url: string, statements: readonly string[]): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    let last: pg.QueryResult | undefined;
    for (const statement of statements) last = await client.query(statement);
    if (last === undefined) throw new TypeError('no statement to run');
    return last;
  } finally {
    await client.end();
  }
}

function createRole(role: string, password: string, connectionsMax: number): string[] {
  return [
    `do $$ begin create role ${role} login; exception when duplicate_object or unique_violation then null; end $$`,
    // Only a superuser may even mention these; a new role has none of them.
    `do $$ begin
       if exists (select from pg_roles where oid = ${pg.escapeLiteral(role)}::regrole
                  and (rolsuper or rolreplication or rolbypassrls)) then
         alter role ${role} with nosuperuser noreplication nobypassrls;
       end if;
     end $$`,
    `alter role ${role} with nocreatedb nocreaterole noinherit
     connection limit ${connectionsMax} password ${pg.escapeLiteral(password)}`,
  ];
}

/** Who is no superuser must be a member of the role that it gives a database to. */
function joinRole(role: string): string {
  return `do $$ begin
    if not (select rolsuper from pg_roles where rolname = current_user) then
      grant ${role} to current_user;
    end if;
  end $$`;
}

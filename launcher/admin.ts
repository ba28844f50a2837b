import { runSql } from '#database';
import { CannotStart, codeOf, messageOf } from './cannot-start.ts';

/** The role at `DATABASE_URL` answers, and may make roles and databases. Refuses with the remedy. */
export async function demandAdmin(url: string): Promise<void> {
  const parsed = URL.parse(url);
  if (parsed === null || !['postgresql:', 'postgres:'].includes(parsed.protocol)) {
    throw wrong('must look like postgresql://role:password@host:5432/postgres');
  }
  const { host, username, pathname } = parsed;
  const { rows } = await runSql(url, [
    `select rolsuper or (rolcreaterole and rolcreatedb) as may from pg_roles where rolname = current_user`,
  ]).catch((error: unknown) => {
    throw wrong(remedyOf(error, host, username, pathname.slice(1)), error);
  });
  const [role] = rows as { may: boolean }[];
  if (role?.may === true) return;
  throw wrong(
    `the role ${username} may not make roles and databases; name another, or as a superuser: ` +
      `alter role ${username} createrole createdb`,
  );
}

function remedyOf(error: unknown, host: string, role: string, database: string): string {
  switch (codeOf(error)) {
    case '28P01':
    case '28000':
      return `${host} refuses the role ${role} with this password; correct one of them`;
    case '3D000':
      return `${host} has no database ${database}; name one that is there, such as postgres`;
    case '53300':
      return `${host} has no connection left; raise its max_connections, or end some`;
    default:
      return (
        `no PostgreSQL answers at ${host} (${messageOf(error)}); start it or correct the address, ` +
        'or unset DATABASE_URL to use the embedded one'
      );
  }
}

function wrong(remedy: string, cause?: unknown): CannotStart {
  return new CannotStart(`DATABASE_URL: ${remedy}`, { cause });
}

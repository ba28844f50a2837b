import type { Principal } from '#auth';
import { formatId, rowKey } from '#ids';
import type { User, UserAsSeen } from '../domain/user.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import type { Transaction } from './database.ts';
import { keyOf } from './keys.ts';
import { maySeeUser } from './visibility.ts';

/** What a sign-in is checked against. */
export interface Credential {
  readonly userId: string;
  /** A PHC string. */
  readonly passwordHash: string;
}

const withRoles = {
  roles: { include: { role: true }, orderBy: { roleName: 'asc' } },
} satisfies Prisma.UserInclude;

/** Those whom the caller may see; of others the id alone, whether or not there is such a user. */
export async function findUsers(
  database: Transaction,
  caller: Principal,
  ids: readonly string[],
): Promise<UserAsSeen[]> {
  const people = ids.filter((id) => rowKey('usr', id) !== undefined);
  const visible = people.filter((id) => maySeeUser(caller, id));
  const hidden = people.filter((id) => !maySeeUser(caller, id)).map((id) => ({ id }));
  return [...(await readUsers(database, visible)), ...hidden];
}

export async function findCredential(
  database: Transaction,
  email: string,
): Promise<Credential | null> {
  const row = await database.user.findUnique({ where: { email } });
  return row && { userId: formatId('usr', row.id), passwordHash: row.passwordHash };
}

export async function readUser(tx: Transaction, id: string): Promise<User | null> {
  const [user] = await readUsers(tx, [id]);
  return user ?? null;
}

export async function holdUser(tx: Transaction, id: string): Promise<User | null> {
  const { id: uuid } = keyOf('usr', id);
  await tx.$queryRaw`select 1 from "user" where id = ${uuid}::uuid for no key update`;
  return await readUser(tx, id);
}

async function readUsers(database: Transaction, ids: readonly string[]): Promise<User[]> {
  if (ids.length === 0) return [];
  const uuids = ids.map((id) => keyOf('usr', id).id);
  const rows = await database.user.findMany({ where: { id: { in: uuids } }, include: withRoles });
  return rows.map(({ id, email, name, status, createdAt, roles }) => ({
    id: formatId('usr', id),
    email,
    name,
    status,
    createdAt,
    roles: roles.map(({ role }) => role),
  }));
}

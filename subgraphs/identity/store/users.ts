import type { Principal } from '#auth';
import { formatId, rowKey } from '#ids';
import type { User, UserAsSeen, UserStatus } from '../domain/user.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import type { Transaction } from './database.ts';
import { keyOf } from './keys.ts';
import { mayChangeOthers, maySeeUser } from './visibility.ts';

/** What a sign-in is checked against. */
export interface Credential {
  readonly userId: string;
  /** A PHC string. */
  readonly passwordHash: string;
}

/** Held to the end of a transaction that changes what somebody may do. */
const authorityLock = 7_340_218;

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

export async function holdUser(tx: Transaction, id: string): Promise<User | null> {
  const { id: uuid } = keyOf('usr', id);
  await tx.$queryRaw`select 1 from "user" where id = ${uuid}::uuid for no key update`;
  return await readUser(tx, id);
}

export async function holdOwner(tx: Transaction, sessionId: string): Promise<User | null> {
  const key = rowKey('ses', sessionId);
  if (key === undefined) return null;
  // Shared: two refreshes of one person need not wait for each other.
  const [owner] = await tx.$queryRaw<{ readonly id: string }[]>`
    select "user".id from session join "user" on "user".id = owner_id
    where session.id = ${key.id}::uuid and bucket = ${key.bucket} for share of "user"`;
  return owner === undefined ? null : await readUser(tx, formatId('usr', owner.id));
}

export async function lockUserOf(
  tx: Transaction,
  caller: Principal,
  id: string,
): Promise<User | null> {
  if (!mayChangeOthers(caller) || rowKey('usr', id) === undefined) return null;
  await tx.$executeRaw`select pg_advisory_xact_lock(${authorityLock}::bigint)`;
  return await holdUser(tx, id);
}

export async function saveStatus(tx: Transaction, id: string, status: UserStatus): Promise<void> {
  await tx.user.update({ where: { id: keyOf('usr', id).id }, data: { status } });
}

async function readUser(tx: Transaction, id: string): Promise<User | null> {
  const [user] = await readUsers(tx, [id]);
  return user ?? null;
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

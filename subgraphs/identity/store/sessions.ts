import type { Principal } from '#auth';
import { bucketOfOwner, formatId, rowKey, type RowKey } from '#ids';
import type { Session } from '../domain/session.ts';
import { Prisma, type Session as Row } from '../generated/prisma/client.ts';
import type { Transaction } from './database.ts';
import { keyOf } from './keys.ts';
import { mayChangeOthers, maySeeUser } from './visibility.ts';

const listedMax = 100;

/** Read and locked by SQL, so that what is read is what is held. */
const columns = Prisma.sql`id, bucket, owner_id as "ownerId", created_at as "createdAt",
  last_seen_at as "lastSeenAt", expires_at as "expiresAt", ended_at as "endedAt"`;

export async function findLiveSessions(
  database: Transaction,
  caller: Principal,
  ownerIds: readonly string[],
  now: Date,
): Promise<Session[]> {
  const owners = ownerIds.filter((id) => maySeeUser(caller, id));
  const rows = await database.$queryRaw<Row[]>`
    select ${columns}
    from unnest(${owners.map((id) => keyOf('usr', id).id)}::uuid[], ${owners.map(bucketOfOwner)}::int2[])
      as asked(owner, place),
    lateral (
      select * from session
      where owner_id = owner and bucket = place and ended_at is null and expires_at > ${now}
      order by id desc limit ${listedMax}
    ) as live`;
  return rows.map(toSession);
}

export async function addSession(tx: Transaction, session: Session): Promise<void> {
  const ownerId = keyOf('usr', session.ownerId).id;
  await tx.session.create({ data: { ...session, ...keyOf('ses', session.id), ownerId } });
}

export async function saveSession(tx: Transaction, session: Session): Promise<void> {
  const { id, lastSeenAt, expiresAt, endedAt } = session;
  await tx.session.update({
    where: { id_bucket: keyOf('ses', id) },
    data: { lastSeenAt, expiresAt, endedAt },
  });
}

export async function lockSession(tx: Transaction, id: string): Promise<Session | null> {
  return await lock(tx, id, Prisma.empty);
}

export async function lockSessionOf(
  tx: Transaction,
  caller: Principal,
  id: string,
): Promise<Session | null> {
  if (mayChangeOthers(caller)) return await lockSession(tx, id);
  const owner = rowKey('usr', caller.id)?.id;
  return await lock(tx, id, Prisma.sql`and owner_id = ${owner}::uuid`);
}

export async function endLiveSessions(
  tx: Transaction,
  ownerId: string,
  now: Date,
): Promise<string[]> {
  const owner = rowKey('usr', ownerId)?.id;
  if (owner === undefined) return [];
  // Held in the order of their ids: two calls at once would else wait for each other.
  const rows = await tx.$queryRaw<RowKey[]>`
    with live as (
      select id, bucket from session
      where owner_id = ${owner}::uuid and bucket = ${bucketOfOwner(ownerId)}
        and ended_at is null and expires_at > ${now}
      order by id for update
    )
    update session set ended_at = ${now} from live
    where (session.id, session.bucket) = (live.id, live.bucket) returning session.id`;
  return rows.map(({ id }) => formatId('ses', id));
}

export async function forgetSessions(
  tx: Transaction,
  ownerId: string,
  before: Date,
): Promise<void> {
  await tx.session.deleteMany({
    where: {
      ownerId: keyOf('usr', ownerId).id,
      bucket: bucketOfOwner(ownerId),
      OR: [{ endedAt: { lt: before } }, { expiresAt: { lt: before } }],
    },
  });
}

async function lock(tx: Transaction, id: string, condition: Prisma.Sql): Promise<Session | null> {
  const key = rowKey('ses', id);
  if (key === undefined) return null;
  const rows = await tx.$queryRaw<Row[]>`
    select ${columns} from session
    where id = ${key.id}::uuid and bucket = ${key.bucket} ${condition} for update`;
  return rows.map(toSession)[0] ?? null;
}

function toSession({ id, ownerId, createdAt, lastSeenAt, expiresAt, endedAt }: Row): Session {
  return {
    id: formatId('ses', id),
    ownerId: formatId('usr', ownerId),
    createdAt,
    lastSeenAt,
    expiresAt,
    endedAt,
  };
}

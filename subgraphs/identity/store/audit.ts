import { formatId, makeOwnerlessId } from '#ids';
import { createHash } from 'node:crypto';
import type { AuditEntry } from '../domain/audit.ts';
import type { AuditEvent } from '../generated/prisma/client.ts';
import type { Bytes, Database, Transaction } from './database.ts';
import { keyOf } from './keys.ts';

/** Held to the end of a transaction that appends, so that each record follows the one before it. */
const chainLock = 7_340_217;
const origin = new Uint8Array(32);
const pageSize = 1_000;

/** Adds to the chain; comes last in its transaction, since it waits for whoever else adds. */
export async function appendAudit(
  tx: Transaction,
  entries: readonly AuditEntry[],
  now: Date,
): Promise<void> {
  if (entries.length === 0) return;
  await tx.$executeRaw`select pg_advisory_xact_lock(${chainLock}::bigint)`;
  const last = await tx.auditEvent.findFirst({ orderBy: { sequence: 'desc' } });
  let [sequence, previousHash] = [last?.sequence ?? 0, last?.hash ?? origin];
  for (const { data, ...entry } of entries) {
    sequence += 1;
    const { id } = keyOf('aud', makeOwnerlessId('aud', now));
    const record = { ...entry, id, sequence, at: now, data: { ...data }, previousHash };
    const hash = hashOf(record);
    await tx.auditEvent.create({ data: { ...record, hash } });
    previousHash = hash;
  }
}

/** The first number at which the chain does not hold: a record was changed, or is missing. */
export async function findBrokenLink(database: Database): Promise<number | null> {
  let [sequence, previousHash] = [0, origin];
  for (;;) {
    const page = await database.auditEvent.findMany({
      where: { sequence: { gt: sequence } },
      orderBy: { sequence: 'asc' },
      take: pageSize,
    });
    for (const record of page) {
      sequence += 1;
      const follows = record.sequence === sequence && equal(record.previousHash, previousHash);
      if (!follows || !equal(record.hash, hashOf(record))) return sequence;
      previousHash = record.hash;
    }
    if (page.length < pageSize) return null;
  }
}

/** SHA-256 over the record as JSON in a fixed order, the hash before it included. */
function hashOf(record: Omit<AuditEvent, 'hash'>): Bytes {
  const { sequence, id, at, actor, action, target, outcome, data, previousHash } = record;
  const facts = Object.entries(data as object).toSorted(([left], [right]) =>
    left < right ? -1 : 1,
  );
  const text = JSON.stringify([
    sequence,
    formatId('aud', id),
    at.toISOString(),
    actor,
    action,
    target,
    outcome,
    facts,
    Buffer.from(previousHash).toString('hex'),
  ]);
  return createHash('sha256').update(text).digest();
}

function equal(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0;
}

import type { SealedSigningKey } from '../domain/signing-key.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import type { Database, Transaction } from './database.ts';

/** One process at a time makes the first key. */
const firstKeyLock = 7_340_216;

/** The keys that are not retired; without any, the first one, which `make` makes. */
export async function keepSigningKeys(
  database: Database,
  make: () => Promise<SealedSigningKey>,
  now: Date,
): Promise<SealedSigningKey[]> {
  return await database.$transaction(async (tx) => {
    await tx.$executeRaw`select pg_advisory_xact_lock(${firstKeyLock}::bigint)`;
    const kept = await findSigningKeys(tx, now);
    if (kept.length > 0) return kept;
    const first = await make();
    const data = {
      kid: first.kid,
      publicJwk: first.publicJwk as Prisma.InputJsonObject,
      sealedPrivateJwk: new Uint8Array(first.sealedPrivateJwk),
      notBefore: first.notBefore,
    };
    await tx.signingKey.create({ data });
    return [first];
  });
}

async function findSigningKeys(tx: Transaction, now: Date): Promise<SealedSigningKey[]> {
  const rows = await tx.signingKey.findMany({
    where: { OR: [{ retiredAt: null }, { retiredAt: { gt: now } }] },
    orderBy: { notBefore: 'desc' },
  });
  return rows.map(({ kid, publicJwk, sealedPrivateJwk, notBefore }) => ({
    kid,
    publicJwk: publicJwk as Prisma.JsonObject,
    sealedPrivateJwk,
    notBefore,
  }));
}

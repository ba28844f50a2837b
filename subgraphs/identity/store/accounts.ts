import { makeOwnerlessId } from '#ids';
import type { Database } from './database.ts';
import { keyOf } from './keys.ts';

export interface NewAccount {
  /** Normalised: in lower case. */
  readonly email: string;
  readonly name: string;
  readonly role: string;
  /** A PHC string. */
  readonly passwordHash: string;
}

/** Those of the addresses that have an account. */
export async function findAddresses(
  database: Database,
  emails: readonly string[],
): Promise<Set<string>> {
  const rows = await database.user.findMany({
    where: { email: { in: [...emails] } },
    select: { email: true },
  });
  return new Set(rows.map(({ email }) => email));
}

/** Makes an active account, unless the address has one already. */
export async function addAccount(
  database: Database,
  { email, name, role, passwordHash }: NewAccount,
  now: Date,
): Promise<void> {
  const { id } = keyOf('usr', makeOwnerlessId('usr', now));
  await database.$transaction(async (tx) => {
    const data = { id, email, name, passwordHash, status: 'ACTIVE' as const, createdAt: now };
    const { count } = await tx.user.createMany({ data, skipDuplicates: true });
    if (count === 1) await tx.userRole.create({ data: { userId: id, roleName: role } });
  });
}

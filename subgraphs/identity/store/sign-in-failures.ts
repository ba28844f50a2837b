import { failuresForgottenMs, type SignInFailures } from '../domain/sign-in-failures.ts';
import type { Bytes, Transaction } from './database.ts';

const sweptMax = 10;

export async function findFailures(
  database: Transaction,
  address: Bytes,
): Promise<SignInFailures | null> {
  return await database.signInFailures.findUnique({ where: { address } });
}

export async function updateFailures(
  tx: Transaction,
  address: Bytes,
  change: (before: SignInFailures | null) => SignInFailures,
): Promise<SignInFailures> {
  const first = change(null);
  const data = { address, ...first };
  const { count: added } = await tx.signInFailures.createMany({ data, skipDuplicates: true });
  if (added === 1) {
    await sweep(tx, first.lastAt);
    return first;
  }
  await tx.$queryRaw`select 1 from sign_in_failures where address = ${address} for update`;
  const failures = change(await findFailures(tx, address));
  await tx.signInFailures.upsert({
    where: { address },
    create: { address, ...failures },
    update: failures,
  });
  return failures;
}

export async function forgetFailures(tx: Transaction, address: Bytes): Promise<void> {
  await tx.signInFailures.deleteMany({ where: { address } });
}

/** Every new address clears away a few old ones, so that a flood of made-up ones leaves no heap. */
async function sweep(tx: Transaction, now: Date): Promise<void> {
  const before = new Date(now.getTime() - failuresForgottenMs);
  await tx.$executeRaw`
    delete from sign_in_failures where address in (
      select address from sign_in_failures where last_at < ${before}
      order by last_at limit ${sweptMax} for update skip locked
    )`;
}

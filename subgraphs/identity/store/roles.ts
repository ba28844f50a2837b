import { administration, type Role } from '../domain/role.ts';
import type { Transaction } from './database.ts';
import { keyOf } from './keys.ts';

export async function findRole(tx: Transaction, name: string): Promise<Role | null> {
  if (name.includes('\0')) return null; // PostgreSQL has no such text
  return await tx.role.findUnique({ where: { name } });
}

export async function addRole(tx: Transaction, userId: string, roleName: string): Promise<void> {
  await tx.userRole.create({ data: { userId: keyOf('usr', userId).id, roleName } });
}

export async function removeRole(tx: Transaction, userId: string, roleName: string): Promise<void> {
  await tx.userRole.deleteMany({ where: { userId: keyOf('usr', userId).id, roleName } });
}

export async function hasOtherAdministrator(tx: Transaction, userId: string): Promise<boolean> {
  const other = await tx.userRole.findFirst({
    where: {
      userId: { not: keyOf('usr', userId).id },
      user: { status: 'ACTIVE' },
      role: { permissions: { has: administration } },
    },
  });
  return other !== null;
}

import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient, type Prisma } from '../generated/prisma/client.ts';

export type Database = PrismaClient;
export type Transaction = Prisma.TransactionClient;

const connectTimeoutMs = 5_000;

/** Connects on first use. Whoever opens it disconnects it. */
export function openDatabase(url: string, connectionsMax: number): Database {
  const adapter = new PrismaPg(
    { connectionString: url, max: connectionsMax, connectionTimeoutMillis: connectTimeoutMs },
    { onPoolError: () => undefined }, // an idle connection broke; the next query opens another
  );
  return new PrismaClient({ adapter });
}

/** Whether the database answers now. */
export async function isReachable(database: Database): Promise<boolean> {
  return await database.$queryRaw`select 1`.then(
    () => true,
    () => false,
  );
}

import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient, type Prisma } from '../generated/prisma/client.ts';

export type Database = PrismaClient;
export type Transaction = Prisma.TransactionClient;
/** What a bytea column takes. */
export type Bytes = Uint8Array<ArrayBuffer>;

const connectionsMax = 10;
const connectTimeoutMs = 5_000;

/** Connects on first use. Whoever opens it disconnects it. */
export function openDatabase(url: string): Database {
  const adapter = new PrismaPg({
    connectionString: url,
    max: connectionsMax,
    connectionTimeoutMillis: connectTimeoutMs,
    options: '-c TimeZone=UTC', // the adapter sends and reads instants without their zone
  });
  return new PrismaClient({ adapter });
}

/** Whether the database answers now. */
export async function isReachable(database: Database): Promise<boolean> {
  return await database.$queryRaw`select 1`.then(
    () => true,
    () => false,
  );
}

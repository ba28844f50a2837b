import { AppError } from '#errors';
import type { Sql } from '#events';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from '../generated/prisma/client.ts';

/**
 * Runs a statement. Each connection parses and plans it once, by its name; or, where a good plan depends
 * on the values, each time.
 */
export type Select = <Row>(
  name: string,
  text: string,
  values: readonly unknown[],
  planned?: 'once' | 'each time',
) => Promise<Row[]>;

const connectTimeoutMs = 5_000;
const queryTimeoutMs = 15_000;
/**
 * The planner's default is a disk's, where reading a whole table beats a few hundred look-ups; and compiling
 * takes longer than any of our statements may.
 */
const plannerOptions = '-c random_page_cost=1.1 -c jit=off';

/** Connects on first use. Idle connections may break without harm; `report` hears of it. */
export function openPool(
  url: string,
  connectionsMax: number,
  report: (error: unknown) => void,
): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: connectionsMax,
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: queryTimeoutMs,
    options: plannerOptions,
  });
  pool.on('error', report);
  return pool;
}

/** Reads by plain SQL: what a shop window asks most must cost least. */
export function selectFrom(pool: pg.Pool): Select {
  return async <Row>(
    name: string,
    text: string,
    values: readonly unknown[],
    planned: 'once' | 'each time' = 'once',
  ) => {
    try {
      const statement = { text, values: [...values] };
      const { rows } = await pool.query(planned === 'once' ? { name, ...statement } : statement);
      return rows as Row[];
    } catch (error) {
      const isNul = error instanceof pg.DatabaseError && nulCodes.has(error.code ?? '');
      throw isNul ? new TextWithNul(error) : error;
    }
  };
}

/** What PostgreSQL answers to text, or to JSON, that it can't store. */
const nulCodes = new Set(['22021', '22P05']);

class TextWithNul extends AppError {
  override readonly name = 'TextWithNul';

  constructor(cause: Error) {
    super('BAD_USER_INPUT', 'Give text without the character U+0000.', { cause });
  }
}

/** Reads within a transaction what it has changed itself, too. */
export function selectWithin(tx: Sql): Select {
  return async <Row>(_name: string, text: string, values: readonly unknown[]) =>
    await tx.$queryRawUnsafe<Row[]>(text, ...values);
}

/** For transactions, on the same connections. */
export function openPrisma(pool: pg.Pool): PrismaClient {
  return new PrismaClient({ adapter: new PrismaPg(pool) });
}

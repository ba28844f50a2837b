import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { Log } from '../../launcher/logs.ts';
import { freePort } from '../../launcher/ports.ts';
import { placeForPostgres, runPostgres, stopPostgres } from '../../launcher/postgres.ts';
import { loadCpu, pin } from '../gateway/machine.ts';

/** The PostgreSQL server of all that are compared. */
export interface Postgres extends AsyncDisposable {
  readonly pid: number;
  /** The administrator's. */
  urlOf(database: string): string;
  /** Connects as the administrator, for as long as the work takes. */
  within<Answer>(database: string, work: (client: Client) => Promise<Answer>): Promise<Answer>;
}

/** Starts it in a folder, on the CPU of what is asked. */
export async function startPostgres(folder: string): Promise<Postgres> {
  await mkdir(join(folder, 'logs'), { recursive: true });
  const log = new Log(join(folder, 'logs'), 'postgres');
  const [place, port, password] = [await placeForPostgres(folder), await freePort(), randomUUID()];
  const { pid, ready } = await runPostgres({ folder: place, port, password }, log);
  await ready;
  pin(pid, loadCpu);
  const urlOf = (database: string) =>
    `postgresql://postgres:${password}@127.0.0.1:${port}/${database}`;
  return {
    pid,
    urlOf,
    within: async (database, work) => {
      const client = new Client({ connectionString: urlOf(database) });
      await client.connect();
      try {
        return await work(client);
      } finally {
        await client.end();
      }
    },
    [Symbol.asyncDispose]: async () => {
      await stopPostgres(place);
      log[Symbol.dispose]();
    },
  };
}

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readJson, writeJson } from './json-file.ts';

/** What only this machine's processes know of each other; made once and kept for as long as the data. */
export interface Secrets {
  /** The embedded PostgreSQL's superuser's. */
  readonly postgresPassword: string;
  /** The runtime roles', by database. */
  readonly databasePasswords: Readonly<Record<string, string>>;
  readonly paymentsSandboxKey: string;
  readonly downstreamSimulatorToken: string;
}

export async function openSecrets(
  dataFolder: string,
  databases: Iterable<string>,
): Promise<Secrets> {
  const path = join(dataFolder, 'secrets.json');
  const known = ((await readJson(path)) ?? {}) as Partial<Secrets>;
  const secrets: Secrets = {
    postgresPassword: random(),
    paymentsSandboxKey: `sk_test_${random()}`,
    downstreamSimulatorToken: random(),
    ...known,
    databasePasswords: {
      ...Object.fromEntries([...databases].map((name) => [name, random()])),
      ...known.databasePasswords,
    },
  };
  if (JSON.stringify(secrets) !== JSON.stringify(known)) await writeJson(path, secrets, 0o600);
  return secrets;
}

function random(): string {
  return randomBytes(24).toString('hex');
}

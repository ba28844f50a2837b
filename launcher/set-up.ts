// Makes what the services need before they start: databases with their roles and tables, and keys.
// `node launcher/set-up.ts` does it once and ends; doing it again changes nothing.
import { closeCommonDoors, databaseUrl, houses, migrate, setUpDatabase } from '#database';
import { randomUUID } from 'node:crypto';
import { demandAdmin } from './admin.ts';
import { CannotStart } from './cannot-start.ts';
import { keyHolders, makeKeys, type KeyFiles, type KeyHolder } from './keys.ts';

try {
  await setUp(process.env);
} catch (error) {
  if (!(error instanceof CannotStart)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
process.exit(); // the workflow engine's migration leaves a timer behind that would keep us for ten seconds

async function setUp(env: NodeJS.ProcessEnv): Promise<void> {
  const adminUrl = required(env, 'DATABASE_URL');
  const databases = [...houses.keys()].map((house) => ({
    house,
    url: new URL(required(env, `${house.toUpperCase()}_DATABASE_URL`)),
  }));
  await makeKeys(readKeyFiles(env));
  await demandAdmin(adminUrl);
  await Promise.all(databases.map(({ house, url }) => prepare(house, adminUrl, url)));
  await closeCommonDoors(adminUrl);
}

/** The owner's password is drawn anew each time and kept nowhere: between set-ups nobody is the owner. */
async function prepare(house: string, adminUrl: string, runtimeUrl: URL): Promise<void> {
  const [database, role] = [decodeURIComponent(runtimeUrl.pathname.slice(1)), runtimeUrl.username];
  const runtimePassword = decodeURIComponent(runtimeUrl.password);
  const ownerPassword = randomUUID();
  await setUpDatabase(adminUrl, { database, role, ownerPassword, runtimePassword });
  const owner = { role: `${role}_owner`, password: ownerPassword };
  const applied = await migrate(house, databaseUrl(adminUrl, database, owner));
  for (const name of applied) process.stdout.write(`${house}: applied ${name}\n`);
}

function readKeyFiles(env: NodeJS.ProcessEnv): KeyFiles {
  const files = keyHolders.map((name) => [name, required(env, `${name.toUpperCase()}_KEY_FILE`)]);
  return {
    services: Object.fromEntries(files) as Record<KeyHolder, string>,
    jwks: required(env, 'SERVICE_JWKS_FILE'),
    seal: required(env, 'IDENTITY_SEAL_KEY_FILE'),
  };
}

function required(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name];
  if (value === undefined || value === '') throw new CannotStart(`${name}: must be set`);
  return value;
}

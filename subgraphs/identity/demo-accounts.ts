// Makes the accounts that a demonstration signs in with: `node subgraphs/identity/demo-accounts.ts`.
import { ConfigError, postgresUrl } from '#service';
import { createPasswords } from './crypto/passwords.ts';
import { openDatabase } from './store/database.ts';
import { addAccount, findAddresses } from './store/accounts.ts';

const password = 'let-me-try-the-demo-2026';
const people = [
  { email: 'customer@example.com', name: 'Casey Customer', role: 'customer' },
  { email: 'second@example.com', name: 'Sam Second', role: 'customer' },
  { email: 'operator@example.com', name: 'Oli Operator', role: 'operator' },
  { email: 'admin@example.com', name: 'Ada Admin', role: 'admin' },
];

try {
  await makeDemoAccounts(process.env);
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

/** Makes those that are missing, and leaves the others as they are. */
async function makeDemoAccounts(env: NodeJS.ProcessEnv): Promise<void> {
  if (env['NODE_ENV'] === 'production') {
    throw new ConfigError(
      'NODE_ENV',
      'must not be production: everybody knows the password of the demo accounts',
    );
  }
  const database = openDatabase(postgresUrl(env, 'IDENTITY_DATABASE_URL'));
  try {
    const known = await findAddresses(
      database,
      people.map(({ email }) => email),
    );
    const missing = people.filter(({ email }) => !known.has(email));
    if (missing.length === 0) return;
    const { hash } = await createPasswords();
    await Promise.all(
      missing.map(async (person) => {
        await addAccount(database, { ...person, passwordHash: await hash(password) }, new Date());
      }),
    );
  } finally {
    await database.$disconnect();
  }
}

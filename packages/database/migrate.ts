import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';

const prismaFolder = new URL('../../prisma/', import.meta.url);

interface Migration {
  readonly name: string;
  readonly sql: string;
}

/**
 * Brings a house's database up to date, as its owner: Prisma's migrations (applied by Prisma's own
 * engine, as `prisma migrate deploy` would, under its lock) and, where the house runs workflows, the
 * engine's tables. Says which were applied. Costs one query when there is nothing to do.
 */
export async function migrate(house: string, ownerUrl: string): Promise<string[]> {
  const migrations = await readMigrations(house);
  const applied: string[] = [];
  if (!(await areApplied(ownerUrl, migrations))) {
    applied.push(...(await applyMigrations(house, ownerUrl, migrations)));
    // The runtime role may read which migrations ran, and no more.
    const runtime = pg.escapeIdentifier(new URL(ownerUrl).username.replace(/_owner$/, ''));
    await withClient(ownerUrl, async (client) => {
      await client.query(
        `revoke insert, update, delete on public._prisma_migrations from ${runtime}`,
      );
    });
  }
  if (houses.get(house)?.workflows === true) {
    const { migrateWorkflowTables } = await import('#workflow');
    await migrateWorkflowTables(ownerUrl);
  }
  return applied;
}

/** The databases there are, and which of them hold workflows. */
export const houses: ReadonlyMap<string, { readonly workflows: boolean }> = new Map([
  ['events', { workflows: false }],
  ['catalogue', { workflows: true }],
  ['identity', { workflows: false }],
  ['provisioning', { workflows: true }],
  ['orders', { workflows: true }],
]);

async function readMigrations(house: string): Promise<Migration[]> {
  const folder = new URL(`${house}/migrations/`, prismaFolder);
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return await Promise.all(
    names.toSorted().map(async (name) => ({
      name,
      sql: await readFile(new URL(`${name}/migration.sql`, folder), 'utf8'),
    })),
  );
}

/** Prisma keeps the SHA-256 of each migration that it has applied. */
async function areApplied(ownerUrl: string, migrations: readonly Migration[]): Promise<boolean> {
  return await withClient(ownerUrl, async (client) => {
    const { rows: tables } = await client.query<{ there: boolean }>(
      `select to_regclass('public._prisma_migrations') is not null as there`,
    );
    if (tables[0]?.there !== true) return false;
    const { rows } = await client.query<{ migration_name: string; checksum: string }>(
      `select migration_name, checksum from public._prisma_migrations
       where finished_at is not null and rolled_back_at is null`,
    );
    const known = new Map(rows.map(({ migration_name, checksum }) => [migration_name, checksum]));
    return migrations.every(
      ({ name, sql }) => known.get(name) === createHash('sha256').update(sql).digest('hex'),
    );
  });
}

async function applyMigrations(
  house: string,
  ownerUrl: string,
  migrations: readonly Migration[],
): Promise<string[]> {
  const { openEngine } = await import('./schema-engine/wasm-engine.mjs');
  const lockFile = new URL(`${house}/migrations/migration_lock.toml`, prismaFolder);
  const engine = await openEngine({ url: ownerUrl });
  try {
    const { appliedMigrationNames } = await engine.applyMigrations({
      migrationsList: {
        baseDir: '',
        shadowDbInitScript: '',
        lockfile: { path: 'migration_lock.toml', content: await readFile(lockFile, 'utf8') },
        migrationDirectories: migrations.map(({ name, sql }) => ({
          path: name,
          migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
        })),
      },
      filters: { externalTables: [], externalEnums: [] },
    });
    return appliedMigrationNames;
  } finally {
    await engine.close();
  }
}

async function withClient<Answer>(
  url: string,
  work: (client: pg.Client) => Promise<Answer>,
): Promise<Answer> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

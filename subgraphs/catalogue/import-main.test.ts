import { throwAwayDatabase } from '#database';
import { fork, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { expect, inject, test } from 'vitest';
import { dataFolder } from './testing/stage.ts';

const main = fileURLToPath(new URL('import-main.ts', import.meta.url));

test('the real files become 1,363 products, whose events are on the bus when the process ends; again changes nothing', async () => {
  await using catalogue = await throwAwayDatabase(inject('postgresUrl'), 'catalogue');
  await using events = await throwAwayDatabase(inject('postgresUrl'), 'events');
  const env = { CATALOGUE_DATABASE_URL: catalogue.url, EVENTS_DATABASE_URL: events.url };

  const categories = 8; // that the machines are in

  const first = await run({ ...env, CATALOGUE_DATA: dataFolder });
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(first.stdout).toBe(
    '1363 products with 13886 variants read, 1363 saved; 104 priced types without a specification skipped\n',
  );
  expect(first.progress.at(0)).toEqual({ done: 100, total: 1363 });
  expect(first.progress.at(-1)).toEqual({ done: 1363, total: 1363 });
  expect(await count(events.url, 'log')).toBe(1363 + categories);
  expect(await count(catalogue.url, 'variant')).toBe(13_886);
  expect(await count(catalogue.url, 'price')).toBe(13_886);

  const second = await run(env, [dataFolder]);
  expect(second).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(', 0 saved;') as string,
  });
  expect(await count(events.url, 'log')).toBe(1363 + categories);
}, 120_000);

test('a wrong setting, and a wrong folder, end the process with one line', async () => {
  expect(await run({})).toMatchObject({ code: 1, stderr: 'CATALOGUE_DATABASE_URL: must be set\n' });
  const url = 'postgresql://nobody@127.0.0.1:1/nothing';
  const env = { CATALOGUE_DATABASE_URL: url, EVENTS_DATABASE_URL: url };
  expect(await run(env)).toMatchObject({ code: 1, stderr: 'CATALOGUE_DATA: must be set\n' });
  const { code, stderr } = await run(env, ['/nowhere']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^\/nowhere\/aws-instance-types.csv: .*\n$/);
});

test('files are imported in their order; a run that is killed goes on where it was', async () => {
  await using catalogue = await throwAwayDatabase(inject('postgresUrl'), 'catalogue');
  await using events = await throwAwayDatabase(inject('postgresUrl'), 'events');
  await using folder = await temporaryFolder();
  const env = { CATALOGUE_DATABASE_URL: catalogue.url, EVENTS_DATABASE_URL: events.url };
  const files = ['first.csv', 'second.csv'].map((name) => join(folder.path, name));
  for (const [nth, file] of files.entries()) {
    const rows = Array.from(
      { length: 4_500 },
      (_, n) => `r${n % 9},Standard_D${n},USD,0.${nth + 1}`,
    );
    const wrong = ['r1,Standard_D1_v1,USD,NaN', ''];
    const header = 'region,instance_type,currency,price_per_hour';
    await writeFile(file, [header, ...rows, ...wrong].join('\n'));
  }
  const killed = fork(main, files, { env, silent: true });
  killed.on('message', () => killed.kill('SIGKILL'));
  await once(killed, 'exit');
  expect(await count(catalogue.url, 'variant')).toBeLessThan(4_500);

  const whole = await run(env, files);
  expect(whole).toMatchObject({ code: 0, stderr: '' });
  expect(whole.stdout).toContain(`${files[0]}: SUCCEEDED, 4500 of 4501 rows landed\n`);
  expect(whole.stdout).toContain('  row 4502, price_per_hour: NOT_A_NUMBER: ');
  expect(whole.progress.at(-1)).toEqual({ done: 4501, total: 4501 });
  expect(await count(catalogue.url, 'product')).toBe(4_500);
  expect(await count(catalogue.url, 'variant')).toBe(4_500);
  expect(await count(catalogue.url, 'price where unit_price = 0.2')).toBe(4_500);
  expect(await count(catalogue.url, 'price')).toBe(4_500);
  expect(await count(events.url, "log where event->>'type' like 'product.%'")).toBe(9_000);

  const dry = await run(env, ['--dry-run', ...files.slice(0, 1)]);
  expect(dry).toMatchObject({ code: 0, stderr: '' });
  expect(dry.stdout).toContain('SUCCEEDED, 4500 of 4501 rows would land\n');
  expect(await count(catalogue.url, 'price where unit_price = 0.2')).toBe(4_500);
  const broken = await run(env, [main]);
  expect(broken).toMatchObject({ code: 1, stderr: '' });
  expect(broken.stdout).toContain('row 1, instance_type: MISSING_COLUMN');
}, 120_000);

async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), 'quartermaster-import-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

async function run(env: NodeJS.ProcessEnv, args: readonly string[] = []) {
  const child = fork(main, args, { env, silent: true, timeout: 60_000 });
  const progress: unknown[] = [];
  child.on('message', (message: { progress: unknown }) => progress.push(message.progress));
  const output = child as ChildProcessWithoutNullStreams; // piped, since it is silent
  const [stdout, stderr, [code]] = await Promise.all([
    text(output.stdout),
    text(output.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr, progress };
}

async function count(url: string, table: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ count: number }>(`select count(*)::int from ${table}`);
    return rows[0]?.count ?? 0;
  } finally {
    await client.end();
  }
}

import type { Sql, Transact } from '#events';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { reasonAgainst } from '../actions/check-schemas.ts';
import type { ImportFormat } from '../domain/catalogue-import.ts';
import { selectFrom, type Select } from '../store/database.ts';
import { createImportWork } from '../store/import-work.ts';
import { keeper, openStage, type Stage } from '../testing/stage.ts';
import { landRows } from './land-rows.ts';
import { readSource } from './read-source.ts';

let stage: Stage;
let select: Select;
beforeAll(async () => {
  stage = await openStage(inject('postgresUrl'));
  select = selectFrom(stage.pool);
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

const rowsAtOnce = 3;
const signal = new AbortController().signal;

test('a crash at any row, before or after its commit, and a restart make the same catalogue', async () => {
  await fc.assert(
    fc.asyncProperty(
      source,
      fc.array(crash, { minLength: 1, maxLength: 4 }),
      async (file, crashes) => {
        const whole = await load(file, []);
        await empty();
        const pieces = await load(file, crashes);
        await empty();
        expect(pieces).toEqual(whole);
      },
    ),
    { numRuns: 25 },
  );
}, 120_000);

test('an import of the same file after a crash, begun anew, doubles nothing', async () => {
  const lines = ['region,instance_type,currency,price_per_hour'];
  for (let n = 0; n < 10; n++) lines.push(`r${n % 2},Standard_D${n >> 1}_v5,USD,0.${n + 1}`);
  const file = { format: 'CLOUD_INSTANCE_CSV' as const, lines };
  await load(file, [{ at: 6, isCommitted: true, isFinal: true }]);
  await stage.pool.query(`update catalogue_import set status = 'CANCELLED'`);
  const { catalogue } = await load(file, []);
  expect(catalogue.map(({ skus }) => skus)).toEqual(
    Array.from({ length: 5 }, (_, n) => [
      `azure:Standard_D${n}_v5:r0`,
      `azure:Standard_D${n}_v5:r1`,
    ]),
  );
  await empty();
});

interface SourceFile {
  readonly format: ImportFormat;
  readonly lines: readonly string[];
}

interface Crash {
  /** The transaction, counted from the start or the last crash. */
  readonly at: number;
  /** Whether it was committed before the process was gone. */
  readonly isCommitted: boolean;
  /** Whether nobody takes it up. */
  readonly isFinal?: boolean;
}

const crash = fc.record({ at: fc.nat({ max: 8 }), isCommitted: fc.boolean() });
const amount = fc.constantFrom('1', '2.50', '0.000001', 'NaN', '');

/** Few names, so that rows of one product lie apart, and some are doubled or wrong. */
const source: fc.Arbitrary<SourceFile> = fc.oneof(
  fc
    .array(fc.tuple(fc.nat({ max: 1 }), fc.nat({ max: 7 }), amount), { maxLength: 16 })
    .map((rows) => ({
      format: 'CLOUD_INSTANCE_CSV' as const,
      lines: [
        'region,instance_type,currency,price_per_hour',
        ...rows.map(([region, type, price]) => `r${region},Standard_D${type}_v5,USD,${price}`),
      ],
    })),
  fc
    .array(fc.tuple(fc.nat({ max: 5 }), fc.nat({ max: 1 }), amount), { maxLength: 16 })
    .map((rows) => ({
      format: 'SHOPIFY_CSV' as const,
      lines: [
        'Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price',
        ...rows.map(
          ([handle, size, price]) => `h${handle},T,Size,${size},h${handle}-${size},${price}`,
        ),
      ],
    })),
  fc.array(fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 9 })), { maxLength: 16 }).map((rows) => ({
    format: 'JSON_LINES' as const,
    lines: rows.map(([slug, sku]) =>
      JSON.stringify({
        ...{ slug: `p${slug}`, name: 'P', kind: 'DIGITAL' },
        variants: [{ sku: `s${sku}` }],
      }),
    ),
  })),
);

/** Imports the file by as many processes as it takes, and tells what came of it. */
async function load({ format, lines }: SourceFile, crashes: readonly Crash[]) {
  const input = { format, source: 'a file', dryRun: false };
  for (const each of [...crashes, null]) {
    const id = await stage.parts.imports.openImport(keeper.id, input);
    const transact = each === null ? stage.transact : crashing(each);
    const importWork = createImportWork({
      ...{ select, transact, rowsMax: rowsAtOnce, shopCurrency: 'USD', reasonAgainst },
      clock: stage.parts.clock,
      report: console.error,
    });
    const openSource = () => bytesOf(lines);
    try {
      await readSource({ importWork, openSource, signal, rowsAtOnce }, id);
      await landRows({ importWork, signal }, id);
      break;
    } catch (error) {
      if (!(error instanceof Crashed)) throw error;
      if (each?.isFinal === true) break;
    }
  }
  const [imported] = await stage.parts.imports.listImports(keeper, { after: null, limit: 1 });
  const problems = await stage.parts.imports.listProblems(String(imported?.id), {
    ...{ after: null, limit: 100 },
  });
  const { rows: catalogue } = await stage.pool.query<{ slug: string; skus: string[] }>(dumpSql);
  const { status, rowsTotal, rowsDone, rowsFailed } = imported ?? {};
  return { catalogue, problems, status, rowsTotal, rowsDone, rowsFailed };
}

class Crashed extends Error {
  override readonly name = 'Crashed';
}

/** The way to commit of a process that is gone by one of its transactions. */
function crashing({ at, isCommitted }: Crash): Transact<Sql> {
  let nth = 0;
  return async (work) => {
    const isLast = nth++ >= at;
    const answer = await stage.transact(async (tx, append) => {
      const answer = await work(tx, append);
      if (isLast && !isCommitted) throw new Crashed();
      return answer;
    });
    if (isLast) throw new Crashed();
    return answer;
  };
}

async function* bytesOf(lines: readonly string[]): AsyncGenerator<Uint8Array, void, void> {
  for (const line of lines) {
    await Promise.resolve();
    yield Buffer.from(`${line}\n`);
  }
}

/** With the versions: nothing was written twice. */
const dumpSql = `
  select slug, name, version,
    array(select sku from variant where product_id = product.id order by sku) as skus,
    array(
      select concat_ws(' ', sku, variant.version, selected_options, unit_price, currency)
      from variant join price on variant_id = variant.id where product_id = product.id order by sku
    ) as variants,
    array(select concat_ws(' ', name, values) from product_option where product_id = product.id)
      as options,
    (select count(*)::int from events.outbox where event->'data'->>'slug' = slug) as events
  from product order by slug`;

async function empty(): Promise<void> {
  await stage.pool.query(
    `delete from price; delete from variant; delete from product; delete from events.outbox;
     delete from import_row; delete from import_problem; delete from catalogue_import`,
  );
}

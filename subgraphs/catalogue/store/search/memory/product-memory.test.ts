import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { plainPrice } from '../../../domain/price.ts';
import type { ProductRecord } from '../../../domain/product-record.ts';
import { productSearch, type ProductSort } from '../../../domain/search.ts';
import { keeper, licence, noon, openStage, visitor, type Stage } from '../../../testing/stage.ts';
import { createPostgresSearch } from '../postgres.ts';
import { selectFrom } from '../../database.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage(inject('postgresUrl'));
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await stage.pool.query('delete from price; delete from variant; delete from product');
});

test('holds what is committed, in whatever order it was begun', async () => {
  await stage.save([licence('early'), licence('late')]);
  expect(await countActive()).toBe(2);
  const early = await stage.pool.connect();
  const late = await stage.pool.connect();
  try {
    const retire = `update product set status = 'RETIRED' where slug = $1`;
    await early.query('begin');
    await early.query(retire, ['early']);
    await late.query('begin');
    await late.query(retire, ['late']);
    expect(await countActive()).toBe(2);
    await late.query('commit');
    expect(await countActive()).toBe(1);
    await early.query('rollback');
    expect(await countActive()).toBe(1);
    await early.query('begin');
    await early.query(retire, ['early']);
    await stage.save([licence('later')]);
    expect(await countActive()).toBe(2);
    await early.query('commit');
    expect(await countActive()).toBe(1);
  } finally {
    early.release();
    late.release();
  }
});

test('many who ask at once are told of what was committed before they asked', async () => {
  for (let count = 1; count <= 5; count += 1) {
    const earlier = [countActive(), countActive()];
    await stage.save([licence(`asked-${count}`)]);
    expect(await Promise.all([countActive(), countActive(), countActive()])).toEqual([
      count,
      count,
      count,
    ]);
    await Promise.all(earlier);
  }
});

test('what has followed all changes answers as what was read just now', async () => {
  const slug = fc.constantFrom('a', 'b', 'c', 'd');
  const change = fc.oneof(
    fc.record({ kind: fc.constant('save' as const), slug, weight: fc.nat(2), price: fc.nat(3) }),
    fc.record({
      kind: fc.constantFrom('retire' as const, 'sell' as const, 'delete' as const),
      slug,
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
      for (const each of changes) {
        await (each.kind === 'save' ? stage.save([shirt(each)]) : apply(each.kind, each.slug));
        const anew = createPostgresSearch(selectFrom(stage.pool), () => noon);
        for (const order of ['NAME', 'PRICE_ASC'] as const) {
          const told = await tell(stage.parts.search, order);
          expect(told).toEqual(await tell(anew, order));
        }
      }
    }),
    { numRuns: 15 },
  );
});

test('what all products cost follows prices that begin and end, and products that come', async () => {
  const tomorrow = new Date(noon.getTime() + 86_400_000);
  await stage.save([
    sold('raised', [
      price('5.00', { validUntil: tomorrow }),
      price('8.00', { validFrom: tomorrow }),
    ]),
  ]);
  let now = noon;
  const engine = createPostgresSearch(selectFrom(stage.pool), () => now);
  const extremes = async () => {
    const facets = await engine.search(visitor, productSearch({}, 'USD')).facets(['price']);
    return facets.map(({ min, max }) => [min, max]);
  };
  expect(await extremes()).toEqual([[5, 5]]);
  now = tomorrow;
  expect(await extremes()).toEqual([[8, 8]]);
  await stage.save([sold('other', [price('9.00', {})])]);
  expect(await extremes()).toEqual([[8, 9]]);
  await stage.pool.query(`update product set status = 'RETIRED' where slug = 'raised'`);
  expect(await extremes()).toEqual([[9, 9]]);
});

test('what all products cost is not kept from before a change that came while it was counted', async () => {
  await stage.save([sold('first', [price('5.00', {})])]);
  const all = () => stage.parts.search.search(visitor, productSearch({}, 'USD'));
  const [before, after] = [all(), all()];
  expect(await before.count()).toBe(1);
  await stage.save([sold('second', [price('9.00', {})])]);
  expect(await after.count()).toBe(2);
  await before.facets(['price']);
  expect(await after.facets(['price'])).toMatchObject([{ min: 5, max: 9 }]);
});

test('what comes from a backup of a server that has seen more transactions is no news for ever', async () => {
  await stage.save([licence('restored')]);
  await stage.pool.query(`update product_number set changed_in = '9000000000000000000'`);
  const read: number[] = [];
  const plain = selectFrom(stage.pool);
  const select: typeof plain = async <Row>(...statement: Parameters<typeof plain>) => {
    const rows = await plain<Row & { readonly products?: readonly unknown[] }>(...statement);
    if (statement[0] === 'product-changes') read.push(rows[0]?.products?.length ?? 0);
    return rows;
  };
  const engine = createPostgresSearch(select, () => noon);
  expect(await engine.search(visitor, productSearch({}, 'USD')).count()).toBe(1);
  expect(read).toEqual([0]);
});

function price(amount: string, validity: object): PlainPrice {
  return { ...plainPrice({ amount, currency: 'USD' }, null), ...validity };
}

function sold(slug: string, prices: PlainPrice[]): ProductRecord {
  const record = licence(slug);
  return { ...record, variants: record.variants.map((variant) => ({ ...variant, prices })) };
}

type PlainPrice = ReturnType<typeof plainPrice>;

async function countActive(): Promise<number> {
  return await stage.parts.search.search(visitor, productSearch({}, 'USD')).count();
}

async function apply(kind: 'retire' | 'sell' | 'delete', slug: string): Promise<void> {
  const status = kind === 'sell' ? 'ACTIVE' : 'RETIRED';
  if (kind !== 'delete') {
    await stage.pool.query('update product set status = $1 where slug = $2', [status, slug]);
    return;
  }
  const own = `in (select id from product where slug = '${slug}')`;
  await stage.pool.query(
    `delete from price where variant_id in (select id from variant where product_id ${own});
     delete from variant where product_id ${own};
     delete from product where id ${own}`,
  );
}

/** All that a keeper is told of what has a weight, or a price of 1 to 2. */
async function tell(engine: Stage['parts']['search'], sort: ProductSort): Promise<unknown> {
  const filters = [
    {},
    { price: { currency: 'USD', min: '1', max: '2' } },
    { kinds: ['DIGITAL' as const], brands: ['acme'] },
  ];
  return await Promise.all(
    filters.map(async (filter) => {
      const matches = engine.search(keeper, productSearch({ filter, sort }, 'USD'));
      const page = await matches.page({ from: null, backwards: false, limit: 10 });
      return [
        page.map(({ product, place }) => [product.slug, place.amount]),
        await matches.count(),
        (await matches.facets(null)).toSorted((one, other) => (one.name < other.name ? -1 : 1)),
      ];
    }),
  );
}

function shirt(told: { slug: string; weight: number; price: number }): ProductRecord {
  const { slug, weight, price } = told;
  const record = licence(slug);
  return {
    ...record,
    brand: weight === 0 ? null : 'acme',
    characteristics: [{ name: 'weight', label: 'Weight', value: weight, unit: 'g' }],
    variants: record.variants.map((variant) => ({
      ...variant,
      prices: [plainPrice({ amount: String(price), currency: 'USD' }, null)],
    })),
  };
}

import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { FilterInput } from '../../domain/filter.ts';
import { plainPrice } from '../../domain/price.ts';
import type { ProductRecord, VariantRecord } from '../../domain/product-record.ts';
import { productSearch } from '../../domain/search.ts';
import { onEveryEngine } from '../../testing/engines.ts';
import { licence, openStage, visitor, type Stage } from '../../testing/stage.ts';
import { saveStock } from '../stock.ts';

let stage: Stage;
onEveryEngine((engine) => {
  beforeAll(async () => {
    stage = await openStage(inject('postgresUrl'), engine);
  });
  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
  });

  test('what is found and counted is what counting by hand finds', async () => {
    await fc.assert(
      fc.asyncProperty(
        catalogue,
        fc.array(filter, { minLength: 4, maxLength: 4 }),
        async (shirts, filters) => {
          await stage.change('delete from price; delete from variant; delete from product');
          await stage.save([everything, ...shirts.map(shirtRecord)]);
          categoryIds = await idsByName();
          await stage.transact((tx) => saveStock(tx, shirts.flatMap(stockNews)));
          expect(await indexed()).toEqual(
            await indexed('select index_products(array(select id from product))'),
          );
          for (const asked of filters) {
            const search = productSearch({ filter: filterInput(asked) }, 'USD');
            const matches = stage.parts.search.search(visitor, search);
            const found = shirts.filter((shirt) => isMet(shirt, asked));
            expect(await matches.count()).toBe(found.length);
            expect(await countsOf(asked)).toEqual(countedByHand(shirts, asked));
            const page = await matches.page({ from: null, backwards: false, limit: 50 });
            expect(page).toHaveLength(found.length);
          }
        },
      ),
      { numRuns: 15 },
    );
  });
});

let categoryIds: ReadonlyMap<string, string>;

async function idsByName(): Promise<Map<string, string>> {
  const roots = await stage.parts.categories.findRoots();
  const below = await stage.parts.categories.findChildren(roots.map(({ id }) => id));
  return new Map([...roots, ...below.flat()].map(({ name, id }) => [name, id]));
}

/** Has every value once, so that each filter's name is known; it is never found itself. */
const everything = licence('everything', {
  status: 'DRAFT',
  brand: 'acme',
  categoryPaths: [
    ['Clothes', 'Warm'],
    ['Clothes', 'Light'],
  ],
  characteristics: [{ name: 'weight', label: 'Weight', value: 1, unit: 'g' }],
  variants: [
    variantRecord(
      'everything',
      { colour: 'red', size: 'S', price: 1, currency: 'USD', sold: true, inStock: false },
      0,
    ),
  ],
});

interface Shirt {
  readonly brand: string | null;
  readonly weight: number | null;
  /** The names below that of the root. */
  readonly categories: readonly string[];
  readonly variants: readonly Cut[];
}
interface Cut {
  readonly colour: string;
  readonly size: string | null;
  readonly price: number;
  readonly currency: string;
  /** Otherwise it is retired. */
  readonly sold: boolean;
  readonly inStock: boolean;
}

const cut = fc.record({
  colour: fc.constantFrom('red', 'green', 'blue'),
  size: fc.constantFrom('S', 'M', null),
  price: fc.integer({ min: 1, max: 4 }),
  currency: fc.constantFrom('USD', 'USD', 'EUR'),
  sold: fc.constantFrom(true, true, false),
  inStock: fc.boolean(),
});
const catalogue = fc.array(
  fc.record({
    brand: fc.constantFrom('acme', 'other', null),
    weight: fc.constantFrom(1, 2, 3, null),
    categories: fc.subarray(['Warm', 'Light']),
    variants: fc.array(cut, { maxLength: 4 }),
  }),
  { maxLength: 8 },
);

interface Asked {
  readonly brand: readonly string[] | null;
  readonly weight: { readonly min: number; readonly max: number } | null;
  readonly category: string | null;
  readonly colour: readonly string[] | null;
  readonly size: readonly string[] | null;
  readonly price: { readonly min: number; readonly max: number } | null;
  readonly inStock: boolean | null;
}
type Name = keyof Asked;

const range = fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 2 }));
const bounds = range.map(([min, more]) => ({ min, max: min + more }));
const filter: fc.Arbitrary<Asked> = fc.record({
  brand: fc.option(fc.subarray(['acme', 'other', 'none'], { minLength: 1 })),
  weight: fc.option(bounds),
  category: fc.option(fc.constantFrom('Clothes', 'Warm', 'Light')),
  colour: fc.option(fc.subarray(['red', 'green', 'blue'], { minLength: 1 })),
  size: fc.option(fc.subarray(['S', 'M'], { minLength: 1 }), { freq: 2 }),
  price: fc.option(bounds, { freq: 2 }),
  inStock: fc.option(fc.boolean(), { freq: 1 }),
});

function filterInput(asked: Asked): FilterInput {
  const { brand, weight, category, colour, size, price, inStock } = asked;
  return {
    brands: brand,
    categoryId: category === null ? null : categoryIds.get(category),
    characteristics: weight ? [{ name: 'weight', ...weight }] : null,
    options: [
      ...(colour ? [{ name: 'colour', in: colour }] : []),
      ...(size ? [{ name: 'size', in: size }] : []),
    ],
    price: price ? { currency: 'USD', min: String(price.min), max: String(price.max) } : null,
    inStock,
  };
}

/** What searches read, after the statement. */
async function indexed(sql = 'select'): Promise<unknown[]> {
  await stage.pool.query(sql);
  const { rows } = await stage.pool.query<Record<string, unknown>>(
    `select product.facts, option_count, offer.facts as offered from product
     left join offer on product_id = product.id order by product.id, variant_id, currency`,
  );
  return rows;
}

/** By name and value; what nothing has is left out. */
async function countsOf(asked: Asked): Promise<Record<string, number>> {
  const search = productSearch({ filter: filterInput(asked) }, 'USD');
  const facets = await stage.parts.search.search(visitor, search).facets(null);
  const counts: Record<string, number> = {};
  for (const { name, values, min, max } of facets) {
    if (name === 'price') Object.assign(counts, { 'price min': min, 'price max': max });
    for (const { value, label, count } of values) {
      if (count > 0) counts[`${name} ${name === 'categoryId' ? label : value}`] = count;
    }
  }
  return counts;
}

function countedByHand(shirts: readonly Shirt[], asked: Asked): Record<string, number> {
  const counts: Record<string, number> = {};
  const add = (key: string) => {
    counts[key] = (counts[key] ?? 0) + 1;
  };
  for (const shirt of shirts) {
    if (isMet(shirt, asked)) add('kind DIGITAL');
    if (shirt.brand !== null && isMet(shirt, without(asked, 'brand'))) add(`brand ${shirt.brand}`);
    if (shirt.weight !== null && isMet(shirt, without(asked, 'weight')))
      add(`weight ${shirt.weight}`);
    for (const name of ['Clothes', 'Warm', 'Light']) {
      if (isIn(shirt, name) && isMet(shirt, without(asked, 'category'))) add(`categoryId ${name}`);
    }
    for (const name of ['colour', 'size'] as const) {
      for (const value of new Set(shirt.variants.map((variant) => variant[name]))) {
        const having = {
          ...shirt,
          variants: shirt.variants.filter((variant) => variant.sold && variant[name] === value),
        };
        if (value !== null && having.variants.length > 0 && isMet(having, without(asked, name))) {
          add(`${name} ${value}`);
        }
      }
    }
  }
  const prices = shirts.flatMap((shirt) =>
    shirt.variants
      .filter(({ sold, currency }) => sold && currency === 'USD')
      .filter((variant) => isMet({ ...shirt, variants: [variant] }, without(asked, 'price')))
      .map(({ price }) => price),
  );
  if (prices.length === 0) return counts;
  return { ...counts, 'price min': Math.min(...prices), 'price max': Math.max(...prices) };
}

function without(asked: Asked, name: Name): Asked {
  return { ...asked, [name]: null };
}

function isIn({ categories }: Shirt, name: string): boolean {
  return name === 'Clothes' ? categories.length > 0 : categories.includes(name);
}

function isMet(shirt: Shirt, asked: Asked): boolean {
  const { brand, weight, variants } = shirt;
  const within = (value: number, { min, max }: { min: number; max: number }) =>
    value >= min && value <= max;
  if (asked.brand && (brand === null || !asked.brand.includes(brand))) return false;
  if (asked.category !== null && !isIn(shirt, asked.category)) return false;
  if (asked.weight && (weight === null || !within(weight, asked.weight))) return false;
  if (!asked.colour && !asked.size && !asked.price && asked.inStock === null) return true;
  return variants.some(
    ({ sold, colour, size, price, currency, inStock }) =>
      sold &&
      (asked.inStock === null || asked.inStock === inStock) &&
      (!asked.colour || asked.colour.includes(colour)) &&
      (!asked.size || (size !== null && asked.size.includes(size))) &&
      (!asked.price || (currency === 'USD' && within(price, asked.price))),
  );
}

function shirtRecord({ brand, weight, categories, variants }: Shirt, index: number): ProductRecord {
  const slug = `shirt-${index}`;
  return licence(slug, {
    brand,
    categoryPaths: categories.map((name) => ['Clothes', name]),
    characteristics:
      weight === null ? [] : [{ name: 'weight', label: 'Weight', value: weight, unit: 'g' }],
    variants: variants.map((variant, nth) => variantRecord(slug, variant, nth)),
  });
}

function stockNews({ variants }: Shirt, index: number) {
  return variants.map(({ inStock }, nth) => ({
    sku: `shirt-${index}:${nth}`,
    version: 1,
    inStock,
  }));
}

function variantRecord(
  slug: string,
  { colour, size, price, currency, sold }: Cut,
  nth: number,
): VariantRecord {
  const once = plainPrice({ amount: String(price), currency }, null);
  return {
    sku: `${slug}:${nth}`,
    name: slug,
    status: sold ? 'ACTIVE' : 'RETIRED',
    selectedOptions: [
      { name: 'colour', value: colour },
      ...(size === null ? [] : [{ name: 'size', value: size }]),
    ],
    prices: [once],
  };
}

import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { createCatalogueSubgraph, type CatalogueSubgraph } from './subgraph.ts';
import { asking } from './testing/asking.ts';
import { emptyCatalogue } from './testing/empty-catalogue.ts';
import { keeper, licence, openStage, visitor, type Stage } from './testing/stage.ts';
import { takeEvents } from './testing/take-events.ts';

let stage: Stage;
let subgraph: CatalogueSubgraph;
const { ask, run } = asking(() => subgraph);
const events = () => takeEvents(stage.pool);
beforeAll(async () => {
  stage = await openStage(inject('postgresUrl'));
  subgraph = createCatalogueSubgraph(stage.parts);
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await emptyCatalogue(stage.pool);
});

describe('the tree', () => {
  test('is read from its roots, from a product, and up from a leaf', async () => {
    await stage.save([
      licence('editor', { categoryPaths: [['Software', 'Text'], ['Gifts']] }),
      licence('game', { categoryPaths: [['Software', 'Fun']] }),
    ]);
    expect(
      await ask(
        `{ categories { name slug version parent { name } children { name children { name } } } }`,
      ),
    ).toEqual({
      categories: [
        { name: 'Gifts', slug: 'gifts', version: 1, parent: null, children: [] },
        {
          name: 'Software',
          slug: 'software',
          version: 1,
          parent: null,
          children: [
            { name: 'Fun', children: [] },
            { name: 'Text', children: [] },
          ],
        },
      ],
    });
    expect(
      await ask(`{
        product(slug: "editor") { categories { slug path { slug } } }
        category(slug: "software") { products(sort: NAME) { totalCount nodes { slug } } }
        german: category(slug: "software") { name(locale: "de") }
        below: category(slug: "software-text") { products { nodes { slug } } }
        none: category(slug: "nothing") { id }
      }`),
    ).toEqual({
      product: {
        categories: [
          { slug: 'software-text', path: [{ slug: 'software' }, { slug: 'software-text' }] },
          { slug: 'gifts', path: [{ slug: 'gifts' }] },
        ],
      },
      category: { products: { totalCount: 2, nodes: [{ slug: 'editor' }, { slug: 'game' }] } },
      german: { name: 'Software' },
      below: { products: { nodes: [{ slug: 'editor' }] } },
      none: null,
    });
  });

  test('is a filter and a facet, whose values are what the filter takes', async () => {
    await stage.save([
      licence('editor', { categoryPaths: [['Software', 'Text']] }),
      licence('game', { categoryPaths: [['Software', 'Fun']] }),
      licence('mug'),
    ]);
    const facetOf = async (categoryId: string | null) => {
      const { products } = (await ask(
        `query ($categoryId: ID) {
          products(filter: { categoryId: $categoryId }) {
            totalCount facets(names: ["categoryId"]) { label values { value label count selected } }
          }
        }`,
        { categoryId },
      )) as {
        products: { totalCount: number; facets: { label: string; values: { value: string }[] }[] };
      };
      return products;
    };
    const all = await facetOf(null);
    expect(all).toMatchObject({
      totalCount: 3,
      facets: [
        {
          label: 'Category',
          values: [{ label: 'Software', count: 2, selected: false }, { count: 1 }, { count: 1 }],
        },
      ],
    });
    const software = all.facets[0]!.values[0]!.value;
    expect(await facetOf(software)).toMatchObject({
      totalCount: 2,
      facets: [{ values: [{ label: 'Software', count: 2, selected: true }, {}, {}] }],
    });
    expect(await facetOf('cat_1')).toMatchObject({ totalCount: 0 });
  });

  test('asks the store once for each level, however many categories there are', async () => {
    const paths = Array.from({ length: 30 }, (_, nth) => ['Root', `Branch ${nth}`, `Leaf ${nth}`]);
    await stage.save([licence('everywhere', { categoryPaths: paths })]);
    stage.statements.length = 0;
    await ask(`{ categories { children { path { name } parent { name } children { name } } } }`);
    expect(stage.statements.toSorted()).toEqual([
      'categories-by-id',
      'category-paths',
      'child-categories',
      'child-categories',
      'root-categories',
    ]);
  });
});

describe('saving a category', () => {
  test('makes it, renames it, and tells of both', async () => {
    const made = await save({ slug: 'books', name: 'Books' });
    expect(made).toEqual({
      category: { id: made.category!.id, slug: 'books', name: 'Books', version: 1, parent: null },
      userErrors: [],
    });
    const { id } = made.category!;
    const renamed = await save({ id, slug: 'all-books', name: 'All books', expectedVersion: 1 });
    expect(renamed.category).toMatchObject({ slug: 'all-books', name: 'All books', version: 2 });
    expect(await events()).toMatchObject([
      { type: 'category.saved', actor: 'usr_keeper', data: { categoryId: id, slug: 'books' } },
      { type: 'category.saved', data: { categoryId: id, slug: 'all-books' } },
    ]);
  });

  test('under another parent takes along what is below, and its products are found there at once', async () => {
    const [from, to] = [await made('from'), await made('to')];
    const moving = await made('moving', from);
    await made('leaf', moving);
    await stage.save([licence('thing', { categoryPaths: [['leaf']] }), licence('other')]);
    const found = async (categoryId: string) =>
      await ask(
        `query ($categoryId: ID) { products(filter: { categoryId: $categoryId }) { nodes { slug } } }`,
        { categoryId },
      );
    expect(await found(from)).toEqual({ products: { nodes: [{ slug: 'thing' }] } });
    await events();
    const moved = await save({ id: moving, slug: 'moving', name: 'moving', parentId: to });
    expect(moved.category).toMatchObject({ parent: { slug: 'to' } });
    expect(await found(from)).toEqual({ products: { nodes: [] } });
    expect(await found(to)).toEqual({ products: { nodes: [{ slug: 'thing' }] } });
    expect(await events()).toMatchObject([
      { type: 'category.saved', data: { slug: 'moving' } },
      { type: 'product.saved', data: { slug: 'thing', skus: [] } },
    ]);
    const named = await save({ id: moving, slug: 'moving', name: 'Renamed' });
    expect(named.category).toMatchObject({ parent: { slug: 'to' } });
    const root = await save({ id: moving, slug: 'moving', name: 'Renamed', parentId: null });
    expect(root.category).toMatchObject({ parent: null });
    expect(await found(to)).toEqual({ products: { nodes: [] } });
  });

  test('asks no more however much is below', async () => {
    const [from, to] = [await made('from'), await made('to')];
    const paths = Array.from({ length: 20 }, (_, nth) => ['from', `Leaf ${nth}`]);
    await stage.save([licence('everywhere', { categoryPaths: paths })]);
    stage.statements.length = 0;
    await save({ id: from, slug: 'from', name: 'From', parentId: to });
    expect(stage.statements).toEqual([
      'select pg_advisory_xact_lock(7340216)::text',
      'select category.id, category.slug,', // by slug
      'with recursive step',
      'select category.id, category.slug,',
      'update category set',
      'with recursive below',
      'select index_facts($1::uuid[])::text',
      'insert into events.outbox',
      'categories-by-id', // its parent, for the answer
    ]);
  });

  test.each([
    ['a slug with capitals', { slug: 'Books' }, 'INVALID_SLUG', ['slug']],
    ['no name', { name: ' ' }, 'INVALID_NAME', ['name']],
    ['U+0000', { name: 'a\0' }, 'INVALID_TEXT', ['name']],
    ['a name too long', { name: 'x'.repeat(256) }, 'INVALID_NAME', ['name']],
    ['the slug of another', { slug: 'top' }, 'SLUG_TAKEN', ['slug']],
    ['a parent that there is not', { parentId: 'cat_1' }, 'UNKNOWN_CATEGORY', ['parentId']],
    ['an id that there is not', { id: 'cat_1' }, 'NOT_FOUND', ['id']],
  ])('with %s is refused, and changes nothing', async (_what, input, code, field) => {
    await made('top');
    const outcome = await save({ slug: 'new', name: 'New', ...input });
    expect(outcome).toMatchObject({ category: null, userErrors: [{ code, field }] });
    expect(await ask('{ categories { slug } }')).toEqual({ categories: [{ slug: 'top' }] });
  });

  test('below itself is refused, however deep', async () => {
    const top = await made('top');
    const middle = await made('middle', top);
    const leaf = await made('leaf', middle);
    for (const parentId of [top, middle, leaf]) {
      const outcome = await save({ id: top, slug: 'top', name: 'Top', parentId });
      expect(outcome.userErrors).toMatchObject([{ code: 'CATEGORY_CYCLE', field: ['parentId'] }]);
    }
  });

  test('that two move below one another at once leaves a tree', async () => {
    const [left, right] = [await made('left'), await made('right')];
    const outcomes = await Promise.all([
      save({ id: left, slug: 'left', name: 'left', parentId: right }),
      save({ id: right, slug: 'right', name: 'right', parentId: left }),
    ]);
    const codes = outcomes.flatMap(({ userErrors }) => userErrors.map(({ code }) => code));
    expect(codes).toEqual(['CATEGORY_CYCLE']);
  });

  test('that somebody has changed since is refused, with the version that it has by now', async () => {
    const id = await made('top');
    await save({ id, slug: 'top', name: 'Better', expectedVersion: 1 });
    const outcome = await save({ id, slug: 'top', name: 'Worse', expectedVersion: 1 });
    expect(outcome).toMatchObject({
      category: null,
      userErrors: [{ code: 'STALE', field: ['expectedVersion'] }],
    });
    expect(outcome.userErrors[0]!.message).toContain('version 2');
  });

  test('is for those who keep the catalogue', async () => {
    const { errors } = await run(mutation, { input: { slug: 'x', name: 'X' } }, visitor);
    expect(errors?.[0]).toMatchObject({ originalError: { code: 'FORBIDDEN' } });
  });
});

const mutation = `mutation ($input: CategoryInput!) {
  outcome: saveCategory(input: $input) {
    category { id slug name version parent { slug } } userErrors { code message field }
  }
}`;

interface Outcome {
  readonly category: { readonly id: string } | null;
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
}

async function save(input: object): Promise<Outcome> {
  const { outcome } = await ask(mutation, { input }, keeper);
  return outcome as Outcome;
}

/** The id of a new one, whose name is its slug. */
async function made(slug: string, parentId: string | null = null): Promise<string> {
  const { category } = await save({ slug, name: slug, parentId });
  return category!.id;
}

import { describe, expect, test } from 'vitest';
import { createCanned, type Canned } from './fixtures/canned.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])`;

const canned = createCanned({
  shop: `${link}
    type Query { products: [Product] product: Product name: String }
    type Mutation { add: Product }
    type Product @key(fields: "id") { id: ID! name: String }`,
  reviews: `${link}
    type Product @key(fields: "id") { id: ID! reviews: [Review!] stars: Int! }
    type Review @key(fields: "id") { id: ID! body: String }`,
  users: `${link}
    type Review @key(fields: "id") { id: ID! author: User! }
    type User { name: String! }`,
});

const deferring = (asked: Canned) => canned({ mayDefer: true, ...asked });
const product = (id: string, more: object = {}) => ({ __typename: 'Product', id, ...more });
const entities = (...list: unknown[]) => ({ data: { _entities: list } });

describe('what is deferred', () => {
  test('comes when it is there, to each object by itself', async () => {
    const { data, errors, later } = await deferring({
      query: '{ products { id ... @defer(label: "stars") { stars } } }',
      answers: {
        shop: [{ data: { products: [product('1'), null, product('2')] } }],
        reviews: [entities({ stars: 5 }, { stars: 3 })],
      },
    });
    expect(data).toEqual({ products: [{ id: '1' }, null, { id: '2' }] });
    expect(errors).toEqual([]);
    expect(later).toEqual([
      {
        incremental: [
          { data: { stars: 5 }, path: ['products', 0], label: 'stars' },
          { data: { stars: 3 }, path: ['products', 2], label: 'stars' },
        ],
        hasNext: false,
      },
    ]);
  });

  test('comes with all else to those who take one answer', async () => {
    const { data, later } = await deferring({
      query: '{ products { id ... @defer { stars } } }',
      mayDefer: false,
      answers: {
        shop: [{ data: { products: [product('1')] } }],
        reviews: [entities({ stars: 5 })],
      },
    });
    expect(data).toEqual({ products: [{ id: '1', stars: 5 }] });
    expect(later).toEqual([]);
  });

  test('comes after what it is a part of, and has its own aliases', async () => {
    const { data, later } = await deferring({
      query: `{
        item: product { ...Reviews @defer(label: "reviews") }
      }
      fragment Reviews on Product { name: reviews { id ... @defer(label: "author") { by: author { name } } } }`,
      answers: {
        shop: [{ data: { item: product('1') } }],
        reviews: [
          entities({
            name__is__reviews: [
              { __typename: 'Review', id: 'a' },
              { __typename: 'Review', id: 'b' },
            ],
          }),
        ],
        users: [entities({ by: { name: 'Ada' } }, { by: { name: 'Bo' } })],
      },
    });
    expect(data).toEqual({ item: {} });
    expect(later).toEqual([
      {
        incremental: [
          { data: { name: [{ id: 'a' }, { id: 'b' }] }, path: ['item'], label: 'reviews' },
        ],
        hasNext: true,
      },
      {
        incremental: [
          { data: { by: { name: 'Ada' } }, path: ['item', 'name', 0], label: 'author' },
          { data: { by: { name: 'Bo' } }, path: ['item', 'name', 1], label: 'author' },
        ],
        hasNext: false,
      },
    ]);
  });

  test('may be all that was asked for', async () => {
    const { data, later } = await deferring({
      query: '{ ... @defer { name } }',
      answers: { shop: [{ data: { name: 'Quartermaster' } }] },
    });
    expect(data).toEqual({});
    expect(later).toEqual([
      { incremental: [{ data: { name: 'Quartermaster' }, path: [] }], hasNext: false },
    ]);
  });

  test.each([
    [{}, true],
    [{ later: true }, true],
    [{ later: false }, false],
  ])('depends on a condition: %j', async (variables, isLater) => {
    const { data, later } = await deferring({
      query: 'query ($later: Boolean) { product { id ... @defer(if: $later) { stars } } }',
      variables,
      answers: { shop: [{ data: { product: product('1') } }], reviews: [entities({ stars: 5 })] },
    });
    expect(data).toEqual({ product: isLater ? { id: '1' } : { id: '1', stars: 5 } });
    expect(later).toHaveLength(isLater ? 1 : 0);
  });

  test('of which one part is slow does not wait for that', async () => {
    let answer: (text: string) => void = () => undefined;
    const slow = new Promise<string>((resolve) => {
      answer = resolve;
    });
    const { later } = await deferring({
      query: `{ product { ... @defer(label: "slow") { stars } ... @defer(label: "fast") { name } } }`,
      answers: {
        shop: [{ data: { product: product('1', { name: 'Lamp' }) } }, entities({ name: 'Lamp' })],
        reviews: [slow],
      },
      onPayload: () => {
        answer(JSON.stringify(entities({ stars: 1 })));
      },
    });
    expect(later).toMatchObject([
      { incremental: [{ label: 'fast' }], hasNext: true },
      { incremental: [{ label: 'slow' }], hasNext: false },
    ]);
  });
});

test('what is deferred waits for what type an object is', async () => {
  const media = createCanned({
    ratings: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5",
        import: ["@key", "@interfaceObject"])
      type Query { best: [Media] }
      type Media @key(fields: "id") @interfaceObject { id: ID! }`,
    catalog: `${link}
      interface Media @key(fields: "id") { id: ID! }
      type Book implements Media @key(fields: "id") { id: ID! pages: Int }
      type Film implements Media @key(fields: "id") { id: ID! minutes: Int }`,
  });
  const { data, later } = await media({
    mayDefer: true,
    query: '{ best { id ... @defer { ... on Book { pages } ... on Film { __typename } } } }',
    answers: {
      ratings: [{ data: { best: ['1', '2'].map((id) => ({ __typename: 'Media', id })) } }],
      catalog: [entities({ __typename: 'Film' }, { __typename: 'Book', pages: 9 })],
    },
  });
  expect(data).toEqual({ best: [{ id: '1' }, { id: '2' }] });
  expect(later).toEqual([
    {
      incremental: [
        { data: { __typename: 'Film' }, path: ['best', 0] },
        { data: { pages: 9 }, path: ['best', 1] },
      ],
      hasNext: false,
    },
  ]);
});

describe('what goes wrong with it', () => {
  const query = '{ products { id ... @defer { stars reviews { id } } } }';
  const shop = [{ data: { products: [product('1'), product('2')] } }];

  test('is told where it went wrong, and does no harm elsewhere', async () => {
    const failed = {
      data: { _entities: [null, { stars: 3, reviews: [] }] },
      errors: [{ message: 'No stars.', path: ['_entities', 0] }],
    };
    const { data, errors, later } = await deferring({
      query,
      answers: { shop, reviews: [failed] },
    });
    expect(data).toEqual({ products: [{ id: '1' }, { id: '2' }] });
    expect(errors).toEqual([]);
    expect(later).toMatchObject([
      {
        incremental: [
          {
            data: null,
            path: ['products', 0],
            errors: [{ message: 'No stars.', path: ['products', 0] }],
          },
          { data: { stars: 3, reviews: [] }, path: ['products', 1] },
        ],
      },
    ]);
  });

  test('is told once where a whole subgraph does not answer', async () => {
    const { later, failures } = await deferring({
      query,
      answers: { shop, reviews: [new Error('connect ECONNREFUSED')] },
    });
    expect(later).toMatchObject([
      {
        incremental: [
          {
            data: null,
            path: ['products', 0],
            errors: [{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }],
          },
          { data: null, path: ['products', 1] },
        ],
        hasNext: false,
      },
    ]);
    expect(failures).toHaveLength(1);
  });

  test('is a null where none may be, and what that takes with it', async () => {
    const { later } = await deferring({
      query: '{ product { ... @defer { stars ... @defer { reviews { id } } } } }',
      answers: {
        shop: [{ data: { product: product('1') } }],
        reviews: [entities({ stars: null }), entities({ reviews: [] })],
      },
    });
    expect(later).toEqual([
      {
        incremental: [
          {
            data: null,
            path: ['product'],
            errors: [
              {
                message: 'Cannot return null for non-nullable field Product.stars.',
                path: ['product', 'stars'],
                extensions: { code: 'INTERNAL' },
              },
            ],
          },
        ],
        hasNext: false,
      },
    ]);
  });

  test('is nothing where there is no object', async () => {
    const { data, later } = await deferring({
      query: '{ product { id ... @defer { stars } } }',
      answers: { shop: [{ data: { product: { __typename: 'Product', id: null } } }] },
    });
    expect(data).toEqual({ product: null });
    expect(later).toEqual([]);
  });
});

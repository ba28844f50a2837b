import { describe, expect, test } from 'vitest';
import { createCanned } from './fixtures/canned.ts';
import { link, product, shop } from './fixtures/shop.ts';

describe('what is fetched', () => {
  test('equal entities are asked for once, wherever they are', async () => {
    const { data, asked } = await shop({
      query: '{ products { reviews { author { name } } } }',
      answers: {
        products: [{ data: { products: [product('1'), product('2'), product('1')] } }],
        reviews: [
          {
            data: {
              _entities: [
                { reviews: [{ author: { __typename: 'User', id: 'a' } }] },
                { reviews: [{ author: { __typename: 'User', id: 'a' } }, { author: null }] },
              ],
            },
          },
        ],
        users: [{ data: { _entities: [{ name: 'Ada' }] } }],
      },
    });
    expect(asked.map(({ variables }) => variables?.['representations'])).toEqual([
      undefined,
      [
        { __typename: 'Product', upc: '1' },
        { __typename: 'Product', upc: '2' },
      ],
      [{ __typename: 'User', id: 'a' }],
    ]);
    const one = { reviews: [{ author: { name: 'Ada' } }] };
    const two = { reviews: [{ author: { name: 'Ada' } }, { author: null }] };
    expect(data).toEqual({ products: [one, two, one] });
  });

  test('mutations go one after the other', async () => {
    const { data, asked } = await shop({
      query: 'mutation { first { upc } review(upc: "1") { upc } second { upc } }',
      answers: {
        products: [{ data: { first: { upc: '1' } } }, { data: { second: { upc: '2' } } }],
        reviews: [{ data: { review: { upc: '1' } } }],
      },
    });
    expect(asked.map(({ query }) => query)).toEqual([
      expect.stringMatching('^mutation{first'),
      expect.stringMatching('^mutation.*{review'),
      expect.stringMatching('^mutation{second'),
    ]);
    expect(data).toEqual({ first: { upc: '1' }, review: { upc: '1' }, second: { upc: '2' } });
  });

  test('only the variables that a fetch uses are sent, as the client gave them', async () => {
    const { asked } = await shop({
      query:
        'mutation ($name: String, $other: Boolean = true) { third(name: $name) { upc @include(if: $other) } }',
      variables: { name: 'x"\n', other: true, stray: 1 },
      answers: { products: [{ data: { third: { upc: '1' } } }] },
    });
    expect(asked[0]?.variables).toEqual({ name: 'x"\n', other: true });
  });

  test('an entity that lacks what the subgraph has to know is left out', async () => {
    const { data, asked } = await shop({
      query: '{ products { rank } }',
      answers: {
        products: [
          { data: { products: [{ __typename: 'Product', upc: '1' }, product('2', { price: 5 })] } },
        ],
        reviews: [{ data: { _entities: [{ rank: 1 }] } }],
      },
    });
    expect(asked[1]?.variables?.['representations']).toEqual([product('2', { price: 5 })]);
    expect(data).toEqual({ products: [{ rank: null }, { rank: 1 }] });
  });
});

test('what only a skipped field requires is not required', async () => {
  const query =
    'query ($with: Boolean!) { products { rank @include(if: $with) reviews { body } } }';
  const products = [{ data: { products: [product('1')] } }];
  const reviews = [{ data: { _entities: [{ reviews: [] }] } }];
  const { data, asked } = await shop({
    query,
    variables: { with: false },
    answers: { products, reviews },
  });
  expect(asked[1]?.variables?.['representations']).toEqual([product('1')]);
  expect(data).toEqual({ products: [{ reviews: [] }] });
  const lost = await shop({ query, variables: { with: true }, answers: { products, reviews } });
  expect(lost.data).toEqual({ products: [{ rank: null, reviews: null }] });
});

describe('what is answered', () => {
  test('objects in lists of lists, of which two subgraphs know parts, become one', async () => {
    const grids = createCanned({
      a: `${link}
        type Query { item: Item }
        type Item @key(fields: "id") { id: ID! grid: [[Cell]] @shareable }
        type Cell @shareable { x: Int y: Int }`,
      b: `${link}
        type Item @key(fields: "id") { id: ID! grid: [[Cell]] @shareable }
        type Cell @shareable { x: Int z: Int }`,
    });
    const { data } = await grids({
      query: '{ item { grid { x y z } } }',
      answers: {
        a: [
          { data: { item: { __typename: 'Item', id: '1', grid: [[{ x: 1, y: 2 }, null], []] } } },
        ],
        b: [{ data: { _entities: [{ grid: [[{ z: 3 }, null], []] }] } }],
      },
    });
    expect(data).toEqual({ item: { grid: [[{ x: 1, y: 2, z: 3 }, null], []] } });
  });

  test('the root is of the type that it is, whatever a subgraph calls it', async () => {
    const { data } = await shop({
      query: '{ ... on Query { product { upc } __typename } }',
      answers: { products: [{ data: { product: { upc: '1' }, __typename: 'Nothing' } }] },
    });
    expect(data).toEqual({ product: { upc: '1' }, __typename: 'Query' });
  });

  test('keys are names, also those that every object has', async () => {
    const { text } = await shop({
      query: '{ product { __proto__: upc constructor: name toString: price } }',
      answers: {
        products: ['{"data":{"product":{"__proto__":"1","constructor":null,"toString":3}}}'],
      },
    });
    expect(text).toBe('{"product":{"__proto__":"1","constructor":null,"toString":3}}');
  });

  test('what every object has is not taken for an answer', async () => {
    const { text } = await shop({
      query: '{ product { upc __proto__: name constructor: name } }',
      answers: { products: ['{"data":{"product":{"upc":"1"}}}'] },
    });
    expect(text).toBe('{"product":{"upc":"1","__proto__":null,"constructor":null}}');
  });

  test('an alias that is the name of another field stands for itself', async () => {
    const { data, asked } = await shop({
      query: '{ product { upc: name price: weight rank } }',
      answers: {
        products: [
          {
            data: {
              product: product('1', { upc__is__name: 'Lamp', price__is__weight: 0, price: 9 }),
            },
          },
        ],
        reviews: [{ data: { _entities: [{ rank: 2 }] } }],
      },
    });
    expect(asked[1]?.variables?.['representations']).toEqual([product('1', { price: 9 })]);
    expect(data).toEqual({ product: { upc: 'Lamp', price: 0, rank: 2 } });
  });

  test('a number is not rounded on its way', async () => {
    const { text } = await shop({
      query: '{ products { serial weight price reviews { body } } }',
      answers: {
        products: [
          '{"data":{"products":[{"__typename":"Product","upc":"1","serial":12345678901234567890,"weight":0.10,"price":1e3}]}}',
        ],
        reviews: [{ data: { _entities: [{ reviews: [] }] } }],
      },
    });
    expect(text).toBe(
      '{"products":[{"serial":12345678901234567890,"weight":0.10,"price":1000,"reviews":[]}]}',
    );
  });

  test('the schema is answered beside the data', async () => {
    const { data } = await shop({
      query: '{ __type(name: "Size") { enumValues { name } } product { upc } __typename }',
      answers: { products: [{ data: { product: { upc: '1' } } }] },
    });
    expect(data).toEqual({
      __type: { enumValues: [{ name: 'SMALL' }, { name: 'LARGE' }] },
      product: { upc: '1' },
      __typename: 'Query',
    });
  });

  test('a variable that decides on a field is true or false', async () => {
    const query = 'query ($with: Boolean = true) { product { upc @include(if: $with) name } }';
    const answers = { products: [{ data: { product: { upc: '1', name: 'Lamp' } } }] };
    const { data } = await shop({ query, answers });
    expect(data).toEqual({ product: { upc: '1', name: 'Lamp' } });
    const without = await shop({ query, answers, variables: { with: false } });
    expect(without.data).toEqual({ product: { name: 'Lamp' } });
    const { errors, asked } = await shop({ query, answers, variables: { with: null } });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(asked).toEqual([]);
  });
});

test('a field of the root that no subgraph can answer ends the operation before it began', async () => {
  const nodes = createCanned({
    a: `${link}
      type Query { node: Node name: String }
      interface Node @key(fields: "id") { id: ID! }`,
    b: `${link}
      type Query { other: Node }
      type Node @key(fields: "id", resolvable: false) @interfaceObject { id: ID! size: Int }`,
  });
  const query = 'query ($with: Boolean!) { name node @include(if: $with) { size } }';
  const refused = await nodes({ query, variables: { with: true }, answers: {} });
  expect(refused).toMatchObject({
    data: null,
    errors: [{ message: 'No subgraph can answer "node".', extensions: { code: 'UNANSWERABLE' } }],
    asked: [],
  });
  const answers = { a: [{ data: { name: 'Ada' } }] };
  const { data } = await nodes({ query, variables: { with: false }, answers });
  expect(data).toEqual({ name: 'Ada' });
});

describe('what goes out as it came', () => {
  const query = '{ products { upc name size serial parts { count } } }';
  const answerOf = (answer: string) => shop({ query, answers: { products: [answer] } });
  const whole =
    '{"products":[{"upc":"1","name":"L\\u00e4mp \\"x\\"","size":"LARGE","serial":{"any":[ 1 ]},"parts":null},null]}';

  test.each([
    ['alone', `{"data":${whole}}`],
    ['with a new line', `{"data":${whole}}\n`],
    ['with extensions', `{"data":${whole},"extensions":{"cost":[1]}}`],
  ])('an answer that is just what was asked for, %s', async (_how, answer) => {
    const { text, errors } = await answerOf(answer);
    expect(text).toBe(whole);
    expect(errors).toEqual([]);
  });

  const plain = {
    products: [{ upc: '1', name: 'L', size: 'LARGE', serial: 1, parts: { count: 2 } }],
  };
  const text = JSON.stringify(plain);
  const [one] = plain.products;

  test.each([
    ['with space between', JSON.stringify({ data: plain }, null, 2)],
    ['with more than was asked for', text.replace('"upc"', '"hidden":{"a":[1]},"upc"')],
    ['in another order', JSON.stringify({ products: [{ name: 'L', ...one }] })],
    ['with a key written otherwise', text.replace('"upc"', '"\\u0075pc"')],
    ['with a number written otherwise', text.replace('2', '2e0')],
  ])('what comes %s is put right', async (_how, answer) => {
    const { text: written } = await answerOf(
      answer.includes('"data"') ? answer : `{"data":${answer}}`,
    );
    expect(written).toBe(text);
  });

  test.each([
    ['an integer that is none', 'parts.count', text.replace('2', '2.5')],
    ['a string that is a number', 'name', text.replace('"L"', '7')],
    ['a value that the enum lacks', 'size', text.replace('LARGE', 'HUGE')],
    ['an object that is a list', 'parts', text.replace('{"count":2}', '[]')],
    ['an object that is a string', 'parts', text.replace('{"count":2}', '"2"')],
  ])('%s is null, and an error', async (_what, path, answer) => {
    const { data, errors } = await answerOf(`{"data":${answer}}`);
    expect(data).toMatchObject({
      products: [path === 'parts.count' ? { parts: { count: null } } : { [path]: null }],
    });
    expect(errors).toEqual([
      {
        message: expect.stringMatching(
          '^Invalid value found for field (Product|Parts)\\.',
        ) as string,
        path: ['products', 0, ...path.split('.')],
        extensions: { code: 'INTERNAL' },
      },
    ]);
  });

  test.each([
    '{"data":{"products":[{"upc":"1\n2"}]}}',
    '{"data":{"products":[{"upc":"1\\q"}]}}',
    '{"data":{"products":[{"upc":"',
    '{"data":{"products":[{"serial":{"a":tru}}]}}',
    '{"data":{"products":[]}} {}',
    '[]',
    '',
  ])('what is no JSON is no answer: %j', async (answer) => {
    const { data, failures } = await answerOf(answer);
    expect(data).toEqual({ products: null });
    expect(failures).toHaveLength(1);
  });
});

import type { Running } from '#service';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask } from '../fixtures/ask.ts';
import { compose } from '../fixtures/compose.ts';
import { serveTogether, type OpenSubgraph } from '../fixtures/together.ts';
import { plannable } from './plannable.ts';

type Known = Readonly<Record<string, unknown>>;

/** Two fields of the same subgraph see different values of one field, as `@requires` has it. */
const depot: OpenSubgraph = {
  types: `
    type Query { parcels: [Parcel!]! things: [Thing!]! }
    type Parcel @key(fields: "id") {
      id: ID! name: String! weight(unit: String = "kg"): String contents(first: Int): [Item!]!
    }
    type Item { value(currency: String!): String }
    interface Thing @key(fields: "id") { id: ID! size(unit: String!): String }
    type Crate implements Thing @key(fields: "id") { id: ID! size(unit: String!): String }
    type Barrel implements Thing @key(fields: "id") { id: ID! size(unit: String!): String }
  `,
  resolvers: {
    Query: {
      parcels: () => [{ id: '1' }, { id: '2' }],
      things: () => [
        { __typename: 'Crate', id: '3' },
        { __typename: 'Barrel', id: '4' },
      ],
    },
    Parcel: {
      name: (root) => `parcel ${(root as Known)['id'] as string}`,
      weight: (_root, { unit }: Known) => `in ${unit as string}`,
      contents: (_root, { first }: Known) => [{}, {}, {}].slice(0, first as number),
    },
    Item: { value: (_root, { currency }: Known) => currency },
    Crate: { size: (_root, { unit }: Known) => `crate in ${unit as string}` },
    Barrel: { size: (_root, { unit }: Known) => `barrel in ${unit as string}` },
  },
};

const told = (field: string) => (root: unknown) => JSON.stringify((root as Known)[field]);

const freight: OpenSubgraph = {
  types: `
    type Parcel @key(fields: "id") {
      id: ID! name: String! @external weight(unit: String = "kg"): String @external
      contents(first: Int): [Item!]! @external
      road(urgent: Boolean): String @requires(fields: "name weight(unit: \\"t\\")")
      air(urgent: Boolean): String @requires(fields: "weight(unit: \\"lb\\")")
      plain: String @requires(fields: "weight")
      customs: String @requires(fields: "contents(first: 2) { value(currency: \\"EUR\\") }")
      duty: String @requires(fields: "contents(first: 2) { value(currency: \\"USD\\") }")
    }
    type Item { value(currency: String!): String @external }
    type Thing @key(fields: "id") @interfaceObject {
      id: ID! size(unit: String!): String @external
      room: String @requires(fields: "size(unit: \\"m\\")")
      shelf: String @requires(fields: "size(unit: \\"in\\")")
    }
  `,
  resolvers: {
    Parcel: {
      road: (root, { urgent }: Known) => `${told('weight')(root)} ${String(urgent)}`,
      air: (root, { urgent }: Known) => `${told('weight')(root)} ${String(urgent)}`,
      plain: told('weight'),
      customs: told('contents'),
      duty: told('contents'),
    },
    Thing: { room: told('size'), shelf: told('size') },
  },
};

describe('a field that is required with arguments', () => {
  let gateway: Running;
  beforeAll(async () => {
    gateway = await serveTogether({ depot, freight });
  });
  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
  });

  const askFor = async (query: string, variables: object = {}) => {
    const answer = await ask(gateway.url, query, { variables });
    expect(answer.errors).toBeUndefined();
    return answer.data;
  };

  test('has as many values as arguments', async () => {
    const parcel = { road: '"in t" undefined', air: '"in lb" undefined', plain: '"in kg"' };
    expect(await askFor('{ parcels { road air plain } }')).toEqual({ parcels: [parcel, parcel] });
  });

  test('is not what a client asks for', async () => {
    const data = await askFor('{ parcels { weight(unit: "g") road } }');
    const parcel = { weight: 'in g', road: '"in t" undefined' };
    expect(data).toEqual({ parcels: [parcel, parcel] });
  });

  test('may be deep inside', async () => {
    const data = await askFor(
      '{ parcels { contents(first: 1) { value(currency: "SEK") } customs duty } }',
    );
    const parcel = {
      contents: [{ value: 'SEK' }],
      customs: '[{"value":"EUR"},{"value":"EUR"}]',
      duty: '[{"value":"USD"},{"value":"USD"}]',
    };
    expect(data).toEqual({ parcels: [parcel, parcel] });
  });

  test("may be an interface's, of which the subgraph knows no more", async () => {
    const data = await askFor('{ things { shelf ... on Crate { room size(unit: "km") } } }');
    expect(data).toEqual({
      things: [
        { shelf: '"crate in in"', room: '"crate in m"', size: 'crate in km' },
        { shelf: '"barrel in in"' },
      ],
    });
  });

  test('does not get in the way of variables, aliases, fragments and conditions', async () => {
    const data = await askFor(
      `query ($soon: Boolean, $not: Boolean!, $unit: String) {
        parcels { ...All weight__is__0: weight(unit: $unit) }
      }
      fragment All on Parcel {
        a: air(urgent: $soon) b: air(urgent: false) weight: name
        ... @include(if: $not) { duty } ... @skip(if: $not) { road(urgent: $soon) }
      }`,
      { soon: true, not: false, unit: 'oz' },
    );
    const parcel = {
      a: '"in lb" true',
      b: '"in lb" false',
      road: '"in t" true',
      weight__is__0: 'in oz',
    };
    expect(data).toEqual({
      parcels: [
        { ...parcel, weight: 'parcel 1' },
        { ...parcel, weight: 'parcel 2' },
      ],
    });
  });

  test('has no other name before clients', async () => {
    const data = await askFor('{ __type(name: "Item") { fields { name } } }');
    expect(data).toEqual({ __type: { fields: [{ name: 'value' }] } });
  });
});

test('a subgraph is come back to by a key that it resolves', async () => {
  await using gateway = await serveTogether({
    shop: {
      types: `
        type Query { item: Item }
        type Item @key(fields: "code", resolvable: false) @key(fields: "id code") {
          id: ID! code: ID! title: String! @external label: String! @requires(fields: "title")
        }
      `,
      resolvers: {
        Query: { item: () => ({ id: '1', code: 'a' }) },
        Item: {
          __resolveReference: (root) => ('id' in (root as Known) ? root : null),
          label: (root) => `${(root as Known)['title'] as string}!`,
        },
      },
    },
    titles: {
      types: 'type Item @key(fields: "id") { id: ID! title: String! }',
      resolvers: {
        Item: { __resolveReference: (root) => ({ ...(root as Known), title: 'Lamp' }) },
      },
    },
  });
  const { data } = await ask(gateway.url, '{ item { label } }');
  expect(data).toEqual({ item: { label: 'Lamp!' } });
});

test('a subgraph is told nothing of an object but with its key', async () => {
  await using gateway = await serveTogether({
    library: {
      types: `
        type Query { media: [Media!]! }
        interface Media @key(fields: "id") { id: ID! title: String }
        type Book implements Media @key(fields: "id") { id: ID! title: String }
        type Film implements Media @key(fields: "id") { id: ID! title: String }
      `,
      resolvers: {
        Query: {
          media: () => [
            { __typename: 'Book', id: '1', title: 'Emma' },
            { __typename: 'Film', id: '2', title: 'M' },
          ],
        },
      },
    },
    critics: {
      types: `
        type Media @key(fields: "id") @interfaceObject {
          id: ID! title: String @external verdict: String @requires(fields: "title")
        }
      `,
      resolvers: { Media: { verdict: told('title') } },
    },
  });
  const answer = await ask(gateway.url, '{ media { title ... on Film { verdict } } }');
  expect(answer.errors).toBeUndefined();
  expect(answer.data).toEqual({ media: [{ title: 'Emma' }, { title: 'M', verdict: '"M"' }] });
});

test('a supergraph without such things is planned as it is', () => {
  const sdl = compose({ shop: 'type Query { item: String }' });
  expect(plannable(sdl).sdl).toBe(sdl);
});

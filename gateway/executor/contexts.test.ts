import type { Running } from '#service';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask } from '../fixtures/ask.ts';
import { serveTogether, type OpenSubgraph } from '../fixtures/together.ts';

type Known = Readonly<Record<string, unknown>>;

const [ada, bo] = [
  { __typename: 'User', id: 'ada', currency: 'EUR', locale: 'fi' },
  { __typename: 'User', id: 'bo', currency: 'USD', locale: null },
];
const org = { __typename: 'Org', id: 'org', money: 'SEK', locale: 'sv' };

/** The same account is in several hands, and what it is worth depends on whose. */
const bank: OpenSubgraph = {
  types: `
    type Query { users: [User!]! owners: [Owner!]! org: Org }
    interface Owner @context(name: "any") { id: ID! locale: String }
    type User implements Owner @key(fields: "id") @context(name: "holder") {
      id: ID! locale: String currency: String accounts: [Account!]! @shareable
    }
    type Org implements Owner @key(fields: "id") @context(name: "holder") {
      id: ID! locale: String money: String boxes: [[Account]]
    }
    type Account @key(fields: "id") {
      id: ID!
      worth(scale: Int = 1, currency: String @fromContext(field: "$holder ... on User { currency } ... on Org { money }")): String
      lines: [Line!]!
    }
    type Line @key(fields: "no") { no: ID! tag(locale: String @fromContext(field: "$any { locale }")): String }
  `,
  resolvers: {
    Query: { users: () => [ada, bo], owners: () => [ada, org], org: () => org },
    User: { accounts: () => [{ id: '1' }, { id: '2' }] },
    Org: { boxes: () => [[{ id: '1' }, null], []] },
    Account: {
      __resolveReference: (root) => ((root as Known)['id'] === '2' ? null : root),
      worth: (root, { scale, currency }: Known) =>
        `${(root as Known)['id'] as string} in ${String(currency)} × ${String(scale)}`,
      lines: () => [{ no: 'a' }],
    },
    Line: { tag: (_root, { locale }: Known) => `in ${String(locale)}` },
  },
};

const notes: OpenSubgraph = {
  types: 'type Account @key(fields: "id") { id: ID! note: String }',
  resolvers: { Account: { note: (root) => `note on ${(root as Known)['id'] as string}` } },
};

describe('what an argument is filled with', () => {
  let gateway: Running;
  beforeAll(async () => {
    gateway = await serveTogether({ bank, notes });
  });
  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
  });

  test('is what the object is in, of each place by itself', async () => {
    const { data, errors } = await ask(
      gateway.url,
      `query ($scale: Int) {
        users { accounts { worth(scale: $scale) note } }
        org { boxes { more: worth(scale: 2) } }
      }`,
      { variables: { scale: 10 } },
    );
    expect(errors).toBeUndefined();
    const lost = { worth: null, note: 'note on 2' };
    expect(data).toEqual({
      users: [
        { accounts: [{ worth: '1 in EUR × 10', note: 'note on 1' }, lost] },
        { accounts: [{ worth: '1 in USD × 10', note: 'note on 1' }, lost] },
      ],
      org: { boxes: [[{ more: '1 in SEK × 2' }, null], []] },
    });
  });

  test('may be further up, in an object of several types, and null', async () => {
    const { data } = await ask(
      gateway.url,
      `{
        users { accounts { lines { tag } } }
        owners { ... on User { accounts { id lines { tag } } } ... on Org { boxes { lines { tag } } } }
      }`,
    );
    const linesIn = (locale: string) => ({ lines: [{ tag: `in ${locale}` }] });
    expect(data).toEqual({
      users: [
        { accounts: [linesIn('fi'), linesIn('fi')] },
        { accounts: [linesIn('null'), linesIn('null')] },
      ],
      owners: [
        {
          accounts: [
            { id: '1', ...linesIn('fi') },
            { id: '2', ...linesIn('fi') },
          ],
        },
        { boxes: [[linesIn('sv'), null], []] },
      ],
    });
  });

  test('is no argument that clients may give', async () => {
    const { errors } = await ask(gateway.url, '{ users { accounts { worth(currency: "EUR") } } }');
    expect(errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
  });
});

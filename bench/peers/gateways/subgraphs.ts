import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse, type GraphQLSchema } from 'graphql';

interface User {
  readonly id: string;
  readonly name?: string;
  readonly username: string;
}

interface Product {
  readonly upc: string;
  readonly name: string;
  readonly price: number;
  readonly weight: number;
}

const users: readonly User[] = [
  'Ada Byron',
  'Bo Chen',
  'Cy Duarte',
  'Di Evans',
  'Ed Fontaine',
  'Flo Gruber',
].map((name, index) => ({
  id: String(index + 1),
  name,
  username: `${(name.split(' ')[0] ?? '').toLowerCase()}${index}`,
}));

const products: readonly Product[] = (
  [
    ['Table', 899, 100],
    ['Couch', 1299, 1000],
    ['Glass', 15, 20],
    ['Chair', 499, 100],
    ['TV', 1299, 1000],
    ['Lamp', 6999, 300],
    ['Grill', 3999, 2000],
    ['Fridge', 100000, 6000],
    ['Sofa', 9999, 800],
  ] as const
).map(([name, price, weight], index) => ({ upc: String(index + 1), name, price, weight }));

const inStock = new Set(['1', '5', '6', '7', '9']);

const words =
  'solid build quality and the finish is better than expected though delivery took a little longer than promised'.split(
    ' ',
  );

/** Lengths spread like those of ordinary reviews. */
const reviews = [
  [1, 445],
  [1, 291],
  [1, 275],
  [1, 144],
  [2, 445],
  [2, 291],
  [2, 275],
  [2, 144],
  [3, 144],
  [4, 144],
  [4, 840],
].map(([upc = 0, length = 0], index) => ({
  id: String(index + 1),
  body: bodyOf(length),
  upc: String(upc),
}));

function bodyOf(length: number): string {
  let text = '';
  for (let index = 0; text.length < length; index += 1) {
    text += `${text === '' ? '' : ' '}${words[(index * 7 + length) % words.length] ?? ''}`;
  }
  return `${text.slice(0, length - 1)}.`;
}

function link(...directives: readonly string[]): string {
  const imports = directives.map((name) => `"@${name}"`).join(', ');
  return `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: [${imports}])`;
}

const itself = (value: unknown) => value;

const definitions = {
  accounts: {
    sdl: `${link('key', 'shareable')}
      type Query { me: User user(id: ID!): User users: [User] }
      type User @key(fields: "id") { id: ID! name: String username: String @shareable birthday: Int }`,
    resolvers: {
      Query: { users: () => users },
      User: {
        __resolveReference: ({ id }: User) => users.find((user) => user.id === id),
      },
    },
  },
  products: {
    sdl: `${link('key')}
      type Query { topProducts(first: Int = 5): [Product] }
      type Product @key(fields: "upc") { upc: String! name: String price: Int weight: Int }`,
    resolvers: {
      Query: {
        topProducts: (_root: unknown, { first }: { first: number }) => products.slice(0, first),
      },
      Product: {
        __resolveReference: ({ upc }: Product) => products.find((product) => product.upc === upc),
      },
    },
  },
  reviews: {
    sdl: `${link('key', 'external', 'provides')}
      type Query { review(id: ID!): Review }
      type Review @key(fields: "id") { id: ID! body: String product: Product author: User @provides(fields: "username") }
      type User @key(fields: "id") { id: ID! username: String @external reviews: [Review] }
      type Product @key(fields: "upc") { upc: String! reviews: [Review] }`,
    resolvers: {
      Review: {
        __resolveReference: ({ id }: { id: string }) => reviews.find((review) => review.id === id),
        product: ({ upc }: Product) => ({ upc }),
        author: () => users[0],
      },
      User: { __resolveReference: itself, reviews: () => reviews.slice(0, 2) },
      Product: {
        __resolveReference: itself,
        reviews: ({ upc }: Product) => reviews.filter((review) => review.upc === upc),
      },
    },
  },
  inventory: {
    sdl: `${link('key', 'external', 'requires')}
      type Product @key(fields: "upc") { upc: String! price: Int @external weight: Int @external
        inStock: Boolean shippingEstimate: Int @requires(fields: "price weight") }`,
    resolvers: {
      Product: {
        __resolveReference: itself,
        inStock: ({ upc }: Product) => inStock.has(upc),
        shippingEstimate: ({ price, weight }: Product) =>
          price > 1000 ? 0 : Math.floor(weight / 2),
      },
    },
  },
};

/** The subgraphs' schemas, ready to be executed. */
export const subgraphs: Readonly<Record<string, GraphQLSchema>> = Object.fromEntries(
  Object.entries(definitions).map(([name, { sdl, resolvers }]) => [
    name,
    buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers as never }]),
  ]),
);

/** Puts guards into a subgraph's schema: some of what the larger queries ask for takes a token, or a scope. */
export function guarded(sdl: string): string {
  return sdl
    .replace('federation/v2.3', 'federation/v2.5')
    .replace('import: [', 'import: ["@authenticated", "@requiresScopes", ')
    .replace('body: String', 'body: String @requiresScopes(scopes: [["reviews:read"]])')
    .replace('inStock: Boolean', 'inStock: Boolean @authenticated');
}

/** Composes them as services at these base addresses. */
export function composeSupergraph(
  urls: Readonly<Record<string, string>> = {},
  change: (sdl: string) => string = (sdl) => sdl,
): string {
  const { supergraphSdl, errors } = composeServices(
    Object.entries(definitions).map(([name, { sdl }]) => ({
      name,
      typeDefs: parse(change(sdl)),
      url: `${urls[name] ?? `http://${name}`}/graphql`,
    })),
  );
  if (supergraphSdl === undefined) throw new Error(errors.join('\n'));
  return supergraphSdl;
}

// Mercurius' gateway. It does not read supergraphs: these are the contracts of ../subgraphs.ts in the words
// of Federation 1, which it knows.
import mercuriusGateway from '@mercuriusjs/gateway';
import Fastify from 'fastify';

const { PORT, SUBGRAPHS, FORWARD } = process.env;

const contracts = {
  accounts: `
    extend type Query { me: User user(id: ID!): User users: [User] }
    type User @key(fields: "id") { id: ID! name: String username: String birthday: Int }`,
  products: `
    extend type Query { topProducts(first: Int = 5): [Product] }
    type Product @key(fields: "upc") { upc: String! name: String price: Int weight: Int }`,
  reviews: `
    extend type Query { review(id: ID!): Review }
    type Review @key(fields: "id") { id: ID! body: String product: Product author: User @provides(fields: "username") }
    extend type User @key(fields: "id") { id: ID! @external username: String @external reviews: [Review] }
    extend type Product @key(fields: "upc") { upc: String! @external reviews: [Review] }`,
  inventory: `
    extend type Product @key(fields: "upc") { upc: String! @external price: Int @external weight: Int @external
      inStock: Boolean shippingEstimate: Int @requires(fields: "price weight") }`,
};

const app = Fastify();
app.register(mercuriusGateway, {
  gateway: {
    services: Object.entries(JSON.parse(SUBGRAPHS)).map(([name, url]) => ({
      name,
      url: `${url}/graphql`,
      schema: contracts[name],
      keepAlive: 30_000,
      connections: 50,
      allowBatchedQueries: false,
      ...(FORWARD === 'yes' && { rewriteHeaders: ({ authorization }) => ({ authorization }) }),
    })),
  },
});
await app.listen({ port: Number(PORT), host: '127.0.0.1' });

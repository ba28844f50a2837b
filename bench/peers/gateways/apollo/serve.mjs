// The stock gateway, as its documentation starts it.
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { readFile } from 'node:fs/promises';

const { PORT, SUPERGRAPH, FORWARD } = process.env;

class Forwarding extends RemoteGraphQLDataSource {
  willSendRequest({ request, context }) {
    if (context.authorization) request.http.headers.set('authorization', context.authorization);
  }
}

const gateway = new ApolloGateway({
  supergraphSdl: await readFile(SUPERGRAPH, 'utf8'),
  ...(FORWARD === 'yes' && { buildService: ({ url }) => new Forwarding({ url }) }),
});
await startStandaloneServer(new ApolloServer({ gateway }), {
  listen: { port: Number(PORT), host: '127.0.0.1' },
  ...(FORWARD === 'yes' && {
    context: async ({ req }) => ({ authorization: req.headers.authorization }),
  }),
});

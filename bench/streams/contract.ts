import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';

/** The subgraph that streams. Equal cursors mean equal states; without `since` the present state comes first. */
export const contract = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@shareable"])

  type Query {
    latest: Tick!
  }
  type Subscription {
    ticker(since: String): Tick!
  }
  type Tick {
    cursor: String!
    "On the clock of the machine, in ms."
    at: Float!
    text: String!
  }
`;

/** What every client asks for. */
export const watchTicker = 'subscription { ticker { cursor at text } }';

/** The supergraph of that subgraph alone. */
export function composeSupergraph(url: string): string {
  const { supergraphSdl, errors } = composeServices([
    { name: 'ticker', typeDefs: parse(contract), url },
  ]);
  if (supergraphSdl === undefined) throw new AggregateError(errors);
  return supergraphSdl;
}

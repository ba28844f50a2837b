import { Shared, type Share } from '../shared.ts';
import type { Connections } from './http/connections.ts';
import { InFlight } from './in-flight.ts';
import type { Subgraph } from './subgraph.ts';

/** A subgraph, and its part in the connections to its host. */
export interface Reached {
  readonly subgraph: Subgraph;
  readonly connections: Share<Connections>;
}

/**
 * What outlives one supergraph where the next has a subgraph of the same name at the same address: its connections,
 * how it has failed lately, and what it is being asked.
 */
export class KnownSubgraphs {
  /** By name and address. */
  readonly subgraphs = new Shared<Reached>(({ connections }) => connections[Symbol.asyncDispose]());
  /** By origin. */
  readonly origins = new Shared<Connections>((connections) => {
    connections.dispose();
  });
  readonly inFlight = new InFlight();
}

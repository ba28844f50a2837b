import type { FetchNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import type { Path, Place } from './targets.ts';

/** A fetch of the plan, and where it puts what it gets. */
export interface FetchSite {
  readonly fetch: FetchNode;
  readonly place: Place;
  /** The way there as far as it is the same for every object there. */
  readonly path: Path;
  /**
   * Whether other fetches have a say in the objects below the place. Where none has, one object can stand for all
   * that are equal.
   */
  readonly isContested: boolean;
  /** With what is hidden from clients. */
  readonly schema: GraphQLSchema;
}

import type { FetchNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import type { AskedObject } from './asked.ts';
import type { Surrounded } from './contexts.ts';
import type { AskEntities } from './gathering.ts';
import type { Path, Way } from './targets.ts';
import type { Slots } from './values.ts';

/** A fetch of the plan, and where it puts what it gets. */
export interface FetchSite {
  readonly fetch: FetchNode;
  readonly asked: AskedObject;
  readonly way: Way;
  /** The way there as far as it is the same for every object there. */
  readonly path: Path;
  /**
   * Whether other fetches have a say in objects that come with it. If none has, one object can stand for all that
   * are equal.
   */
  readonly isContested: boolean;
  /** If the entities are told what they are in. */
  readonly contextsIn: ((data: Slots) => readonly Surrounded[]) | undefined;
  /** Asks together with others; undefined where there can be no others. */
  readonly gather: AskEntities | undefined;
  /** With what is hidden from clients. */
  readonly schema: GraphQLSchema;
}

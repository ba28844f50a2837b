import type { GraphQLFormattedError, OperationTypeNode } from 'graphql';
import type { Later } from './later.ts';
import type { Path } from './targets.ts';
import type { Slots } from './values.ts';

/** What a subgraph is asked. */
export interface SubgraphRequest {
  readonly service: string;
  readonly kind: OperationTypeNode;
  /** The whole request, as JSON. */
  readonly body: string;
}

/** Asks a subgraph; the answer is JSON, or what it means. Whoever fails throws. */
export type Fetch = (request: SubgraphRequest) => Promise<unknown>;

/** A subgraph did not answer, or not as GraphQL has it. Clients hear only where something is missing. */
export interface Failure {
  readonly service: string;
  readonly path: Path;
  readonly cause: unknown;
}

export type OnExtensions = (json: string) => void;

/** What one execution of a plan is given. */
export interface ExecutionInput {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly fetch: Fetch;
  readonly onFailure?: ((failure: Failure) => void) | undefined;
  /** Hears what an answer has beside data and errors: the JSON of its `extensions`, if they are not null. */
  readonly onExtensions?: OnExtensions | undefined;
  /** Whether what the operation defers may come later; else it comes with all else. */
  readonly mayDefer?: boolean | undefined;
}

/** One execution of a plan: what was fetched so far, and what went wrong. */
export interface Run extends ExecutionInput {
  readonly data: Slots;
  readonly errors: GraphQLFormattedError[];
  /** Whether some objects are in the data at several places. */
  hasSharedObjects: boolean;
  /** If parts of the plan are deferred. */
  readonly later: Later | undefined;
}

/** A part of a plan. */
export type Step = (run: Run) => Promise<void>;

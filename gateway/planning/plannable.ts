import type { QueryPlan } from '@apollo/query-planner';
import { parse, print } from 'graphql';
import { keysIn } from './keys.ts';
import { requirementsAsFields } from './requirements-as-fields.ts';
import { requirementsOf } from './requirements.ts';
import { withResolvableKeysFirst } from './resolvable-keys.ts';
import { restorePlan } from './restore-plan.ts';

/** A supergraph in the words in which Apollo's planner gets it right. */
export interface Plannable {
  /** For the planner alone: clients see the supergraph as it is. */
  readonly sdl: string;
  /** Puts the words of the supergraph back into a plan, and right what is wrong in it. */
  readonly restore: (plan: QueryPlan) => QueryPlan;
}

/**
 * Apollo's planner 2.14 takes a key that a subgraph can't resolve for one that it can, and one field that is required
 * with different arguments for one value. It is told of a supergraph in which it can't.
 */
export function plannable(sdl: string): Plannable {
  const document = parse(sdl, { noLocation: true });
  const sorted = withResolvableKeysFirst(document);
  const { document: changed, fields } = requirementsAsFields(sorted);
  const words = { fields, requirementOf: requirementsOf(changed), keysOf: keysIn(changed) };
  return {
    sdl: changed === document ? sdl : print(changed),
    restore: (plan) => restorePlan(plan, words),
  };
}

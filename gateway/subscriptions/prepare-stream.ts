import type { FetchNode, QueryPlan, SubscriptionNode } from '@apollo/query-planner';
import { Kind, visit, type DocumentNode } from 'graphql';
import { filterDocument } from '../authority/filter.ts';
import { compileRefusals, type Refusals } from '../authority/refusals.ts';
import type { ExecutionParts } from '../execution/answer.ts';
import type { Making } from '../execution/once-per-access.ts';
import { compilePlan, type CompiledPlan } from '../executor/compile-plan.ts';
import { makeResumable, sinceVariable, type Resumable } from './resumable.ts';

/** A subscription, ready for all who may see the same of it. */
export interface PreparedSubscription {
  readonly refusals: Refusals;
  /** Undefined when nothing of it is left to follow. */
  readonly stream: PreparedStream | undefined;
}

export interface PreparedStream {
  readonly resumable: Resumable | null;
  /** What the stream's subgraph is asked. */
  readonly primary: FetchNode;
  /** What is done with each event that it sends. */
  readonly perEvent: CompiledPlan;
  /** The names of the variables that make two such streams different; where they begin does not. */
  readonly variables: readonly string[];
}

/** What the plan of an event calls the subgraph that has answered already; no subgraph's name has a space. */
export const eventSource = 'the event';

export async function prepareSubscription(
  { supergraph, plan }: Pick<ExecutionParts, 'supergraph' | 'plan'>,
  making: Making,
): Promise<PreparedSubscription> {
  const { operation, labels } = making;
  const { document } = operation;
  const { document: allowed, refused } = filterDocument(document, supergraph, making);
  const resumable = makeResumable(supergraph.publicSchema, allowed);
  const followed = resumable?.document ?? allowed;
  const { node } = await plan(followed, labels);
  const refusals = compileRefusals(document, operation.name, refused);
  if (node?.kind !== 'Subscription') return { refusals, stream: undefined };
  const perEvent = compilePlan({
    ...supergraph,
    plan: planPerEvent(node),
    document,
    operationName: operation.name,
    refused,
  });
  const { primary } = node;
  // What was refused is told by the whole document.
  const whole = makeResumable(supergraph.publicSchema, document)?.document ?? document;
  return { refusals, stream: { resumable, primary, perEvent, variables: variablesIn(whole) } };
}

/** Begins with the event, which holds what the stream's own subgraph has to say. */
function planPerEvent({ primary, rest }: SubscriptionNode): QueryPlan {
  const fromEvent = { ...primary, serviceName: eventSource };
  return {
    kind: 'QueryPlan',
    node: { kind: 'Sequence', nodes: [fromEvent, ...(rest ? [rest] : [])] },
  };
}

/** Those that are used, not those that are only defined. */
function variablesIn(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    VariableDefinition: () => false,
    [Kind.VARIABLE]: ({ name }) => {
      names.add(name.value);
    },
  });
  names.delete(sinceVariable);
  return [...names].toSorted();
}

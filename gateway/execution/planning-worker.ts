import { operationFromDocument } from '@apollo/federation-internals';
import { QueryPlanner, type QueryPlan } from '@apollo/query-planner';
import { parse } from 'graphql';
import { workerData } from 'piscina';
import { deferredIfPossible } from '../planning/deferred-if-possible.ts';
import { plannable } from '../planning/plannable.ts';
import { readComposed } from '../supergraph/composed.ts';

export interface WorkerData {
  readonly sdl: string;
}

export interface PlanningTask {
  /** A valid document of one operation. */
  readonly document: string;
  /** The labels of `@override` that hold for it; all others don't. */
  readonly labels: readonly string[];
}

const { sdl } = workerData as WorkerData;
const { sdl: plannableSdl, restore } = plannable(sdl);
const supergraph = readComposed(plannableSdl);
const planner = new QueryPlanner(supergraph, { incrementalDelivery: { enableDefer: true } });

/** What the thread does, over and over. */
export default function planOf({ document, labels }: PlanningTask): QueryPlan {
  const overrideConditions = new Map(labels.map((label) => [label, true]));
  const plan = deferredIfPossible(parse(document), (asked) =>
    planner.buildQueryPlan(operationFromDocument(supergraph.apiSchema(), asked), {
      overrideConditions,
    }),
  );
  return restore(plan);
}

import { operationFromDocument } from '@apollo/federation-internals';
import { QueryPlanner, type QueryPlan } from '@apollo/query-planner';
import { parse } from 'graphql';
import { workerData } from 'piscina';
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
const supergraph = readComposed(sdl);
const planner = new QueryPlanner(supergraph);

/** What the thread does, over and over. */
export default function plan({ document, labels }: PlanningTask): QueryPlan {
  const operation = operationFromDocument(supergraph.apiSchema(), parse(document));
  return planner.buildQueryPlan(operation, {
    overrideConditions: new Map(labels.map((label) => [label, true])),
  });
}

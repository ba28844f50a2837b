import { operationFromDocument } from '@apollo/federation-internals';
import { QueryPlanner, type QueryPlan } from '@apollo/query-planner';
import { parse } from 'graphql';
import { workerData } from 'piscina';
import { deferredIfPossible } from '../planning/deferred-if-possible.ts';
import { plannable } from '../planning/plannable.ts';
import { withinTime } from '../planning/within-time.ts';
import { readComposed } from '../supergraph/composed.ts';

export interface WorkerData {
  readonly sdl: string;
  /** How long one operation may take. */
  readonly timeoutMs: number;
}

export interface PlanningTask {
  /** A valid document of one operation. */
  readonly document: string;
  /** The labels of `@override` that hold for it; all others don't. */
  readonly labels: readonly string[];
}

/** Where `@defer` makes the planner go round in circles, the rest of the time is for a plan without. */
const deferredShare = 0.2;

const { sdl, timeoutMs } = workerData as WorkerData;
const { sdl: plannableSdl, restore } = plannable(sdl);
const supergraph = readComposed(plannableSdl);
let planner = createPlanner();

/** What the thread does, over and over. Null when it takes too long. */
export default function planOf({ document, labels }: PlanningTask): QueryPlan | null {
  const overrideConditions = new Map(labels.map((label) => [label, true]));
  const plan = deferredIfPossible(parse(document), (asked, isDeferred) => {
    const made = withinTime(isDeferred ? Math.ceil(timeoutMs * deferredShare) : timeoutMs, () =>
      planner.buildQueryPlan(operationFromDocument(supergraph.apiSchema(), asked), {
        overrideConditions,
      }),
    );
    if (!made) planner = createPlanner(); // it was interrupted in the midst of something
    return made;
  });
  return plan ? restore(plan) : null;
}

function createPlanner(): QueryPlanner {
  return new QueryPlanner(supergraph, { incrementalDelivery: { enableDefer: true } });
}

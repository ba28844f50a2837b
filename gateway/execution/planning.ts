import type { QueryPlan } from '@apollo/query-planner';
import { print, type DocumentNode, GraphQLError } from 'graphql';
import { Piscina } from 'piscina';
import { documentToPlan } from '../executor/document-to-plan.ts';
import type { Supergraph } from '../supergraph/supergraph.ts';
import type { PlanningTask, WorkerData } from './planning-worker.ts';

/** Which subgraphs to ask for what, and in which order. The document holds one operation. */
export type Plan = (document: DocumentNode, labels: readonly string[]) => Promise<QueryPlan>;

export interface Planning extends AsyncDisposable {
  readonly plan: Plan;
}

const waitingMax = 500;
const defaultTimeoutMs = 5_000;
/** How long an operation may wait for those before it, besides. */
const waitingMsMax = 10_000;
const heapMibMax = 1_024;

/**
 * Plans on a thread of its own: the largest operations take tens of milliseconds, in which everybody else would
 * wait. It is ready once the planner is. What takes longer than `timeoutMs`, or too much memory, is refused.
 */
export async function createPlanning(
  supergraph: Pick<Supergraph, 'sdl' | 'fullSchema'>,
  timeoutMs = defaultTimeoutMs,
): Promise<Planning> {
  const pool = new Piscina<PlanningTask, QueryPlan | null>({
    filename: new URL('./planning-worker.ts', import.meta.url).href,
    workerData: { sdl: supergraph.sdl, timeoutMs } satisfies WorkerData,
    minThreads: 1,
    maxThreads: 1,
    maxQueue: waitingMax,
    resourceLimits: { maxOldGenerationSizeMb: heapMibMax },
  });

  const plan: Plan = async (document, labels) => {
    const text = print(documentToPlan(document, supergraph.fullSchema));
    const signal = AbortSignal.timeout(waitingMsMax + timeoutMs);
    const made = await pool.run({ document: text, labels }, { signal }).catch((error: unknown) => {
      if (isOutOfMemory(error)) return null;
      throw signal.aborted || pool.queueSize >= waitingMax ? overloaded() : error;
    });
    if (!made) throw tooComplex();
    return made;
  };

  try {
    await pool.run({ document: '{ __typename }', labels: [] });
  } catch (error) {
    await pool.destroy();
    throw error;
  }
  return { plan, [Symbol.asyncDispose]: () => pool.destroy() };
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}

function tooComplex(): GraphQLError {
  return new GraphQLError('The operation is too complex to be planned: ask for less at once.', {
    extensions: { code: 'OPERATION_TOO_COMPLEX' },
  });
}

function overloaded(): GraphQLError {
  return new GraphQLError('Too many new operations at once; try again.', {
    extensions: { code: 'OVERLOADED' },
  });
}

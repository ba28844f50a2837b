import { operationFromDocument } from '@apollo/federation-internals';
import type { QueryPlan } from '@apollo/query-planner';
import { print, type DocumentNode } from 'graphql';
import { createLruCache } from '../lru-cache.ts';
import type { Supergraph } from '../supergraph/supergraph.ts';

/** Which subgraphs to ask for what, and in which order. */
export type Plan = (document: DocumentNode, operationName: string | undefined) => QueryPlan;

const plansMax = 1_000;

/** Plans each distinct operation once; what a caller may not see is no part of the document by then. */
export function createPlanner({ planner, apiSchema }: Supergraph): Plan {
  const plans = createLruCache<QueryPlan>(plansMax);
  return (document, operationName) =>
    plans(`${operationName ?? ''}\n${print(document)}`, () =>
      planner.buildQueryPlan(
        operationFromDocument(apiSchema, document, operationName ? { operationName } : {}),
      ),
    );
}

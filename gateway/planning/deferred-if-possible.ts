import type { QueryPlan } from '@apollo/query-planner';
import { visit, type DocumentNode } from 'graphql';

/**
 * Plans the document; or, where the planner fails at what it defers, or comes to no end, the same all at once. It fails
 * at some fields that require others, and knows of no `@defer` in subscriptions and right at mutations; it comes to
 * no end where fetches wait for each other in a circle.
 */
export function deferredIfPossible(
  document: DocumentNode,
  plan: (document: DocumentNode, isDeferred: boolean) => QueryPlan | undefined,
): QueryPlan | undefined {
  const atOnce = withoutDefer(document);
  if (atOnce === document) return plan(document, false);
  try {
    return plan(document, true) ?? plan(atOnce, false);
  } catch {
    return plan(atOnce, false);
  }
}

function withoutDefer(document: DocumentNode): DocumentNode {
  return visit(document, {
    Directive: ({ name }) => (name.value === 'defer' ? null : undefined),
  });
}

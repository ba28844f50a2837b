import type { QueryPlan } from '@apollo/query-planner';
import { visit, type DocumentNode } from 'graphql';

/**
 * Plans the document; or, where the planner fails at what it defers, the same all at once. It does so at some fields
 * that require others, and knows of no `@defer` in subscriptions and right at mutations.
 */
export function deferredIfPossible(
  document: DocumentNode,
  plan: (document: DocumentNode) => QueryPlan,
): QueryPlan {
  try {
    return plan(document);
  } catch (error) {
    const atOnce = withoutDefer(document);
    if (atOnce === document) throw error;
    return plan(atOnce);
  }
}

function withoutDefer(document: DocumentNode): DocumentNode {
  return visit(document, {
    Directive: ({ name }) => (name.value === 'defer' ? null : undefined),
  });
}

import type { ConditionNode, PlanNode } from '@apollo/query-planner';
import type { Decisions } from './decisions.ts';

/** What a node of a plan is made of. */
export function innerNodes(node: PlanNode | undefined): readonly PlanNode[] {
  switch (node?.kind) {
    case undefined:
    case 'Fetch':
      return [];
    case 'Flatten':
      return [node.node];
    case 'Sequence':
    case 'Parallel':
      return node.nodes;
    case 'Condition':
      return [node.ifClause, node.elseClause].filter((inner) => inner !== undefined);
    case 'Defer':
      return [node.primary.node, ...node.deferred.map((part) => part.node)].filter(
        (inner) => inner !== undefined,
      );
  }
}

/** Whether parts of the plan are deferred, if only for some variables. */
export function hasDefer(node: PlanNode | undefined): boolean {
  return node?.kind === 'Defer' || innerNodes(node).some(hasDefer);
}

/** The part of a condition that is carried out, if any is. */
export function chosen(
  { condition, ifClause, elseClause }: ConditionNode,
  decisions: Decisions,
): PlanNode | undefined {
  return decisions.get(condition) === true ? ifClause : elseClause;
}

import type {
  FetchNode,
  PlanNode,
  QueryPlan,
  QueryPlanSelectionNode,
  SubscriptionNode,
} from '@apollo/query-planner';
import { stripIgnoredCharacters, Kind, parse, print, visit } from 'graphql';
import { withKeys, type KeysOf } from './keys.ts';
import type { RequiredField } from './requirements-as-fields.ts';
import { withoutConflicts, type Vocabulary } from './without-conflicts.ts';

interface Restoring extends Vocabulary {
  readonly keysOf: KeysOf;
}

/**
 * The plan in the words of the subgraphs. What has a name of its own before the planner keeps it as an alias; where
 * it is required, `name` says what the subgraph calls it. What lacks a key goes with what has one.
 */
export function restorePlan(plan: QueryPlan, vocabulary: Restoring): QueryPlan {
  return plan.node ? { ...plan, node: restoreRoot(plan.node, vocabulary) } : plan;
}

function restoreRoot(
  node: PlanNode | SubscriptionNode,
  vocabulary: Restoring,
): PlanNode | SubscriptionNode {
  if (node.kind !== 'Subscription') return restoreNode(node, vocabulary);
  const { primary, rest } = node;
  return {
    ...node,
    primary: restoreFetch(primary, vocabulary),
    ...(rest && { rest: restoreNode(rest, vocabulary) }),
  };
}

function restoreNode(node: PlanNode, vocabulary: Restoring): PlanNode {
  const restore = (inner: PlanNode) => restoreNode(inner, vocabulary);
  switch (node.kind) {
    case 'Fetch': {
      const fetch = withKeys(node, vocabulary.keysOf);
      const fetches = withoutConflicts(fetch, vocabulary).map((part) =>
        restoreFetch(part, vocabulary),
      );
      const [only] = fetches;
      return fetches.length === 1 && only ? only : { kind: 'Parallel', nodes: fetches };
    }
    case 'Flatten':
      return { ...node, node: restore(node.node) };
    case 'Sequence':
    case 'Parallel':
      return { ...node, nodes: node.nodes.map(restore) };
    case 'Condition': {
      const { ifClause, elseClause } = node;
      return {
        ...node,
        ...(ifClause && { ifClause: restore(ifClause) }),
        ...(elseClause && { elseClause: restore(elseClause) }),
      };
    }
    case 'Defer': {
      const { primary, deferred } = node;
      return {
        ...node,
        primary: { ...primary, ...(primary.node && { node: restore(primary.node) }) },
        deferred: deferred.map((part) => ({
          ...part,
          ...(part.node && { node: restore(part.node) }),
        })),
      };
    }
  }
}

function restoreFetch(fetch: FetchNode, { fields }: Vocabulary): FetchNode {
  if (fields.size === 0) return fetch;
  const { requires, operation } = fetch;
  return {
    ...fetch,
    ...(requires && { requires: restoreSelections(requires, fields) }),
    operation: restoreOperation(operation, fields),
  };
}

type Fields = ReadonlyMap<string, RequiredField>;

function restoreSelections(
  selections: readonly QueryPlanSelectionNode[],
  fields: Fields,
): QueryPlanSelectionNode[] {
  return selections.map((selection) => {
    const inner = selection.selections && {
      selections: restoreSelections(selection.selections, fields),
    };
    if (selection.kind === 'InlineFragment') return { ...selection, ...inner };
    const { name } = selection;
    const required = fields.get(name);
    return { ...selection, ...inner, ...(required && { alias: name, name: required.field }) };
  });
}

function restoreOperation(operation: string, fields: Fields): string {
  const before = parse(operation, { noLocation: true });
  const after = visit(before, {
    Field(node) {
      const required = fields.get(node.name.value);
      if (!required) return undefined;
      return {
        ...node,
        alias: node.alias ?? node.name,
        name: { kind: Kind.NAME, value: required.field },
        arguments: required.arguments,
      };
    },
  });
  return after === before ? operation : stripIgnoredCharacters(print(after));
}

import { Kind, visit, type DirectiveNode, type DocumentNode } from 'graphql';
import { argumentOf, textOf } from './directives.ts';

/**
 * The same supergraph, but for the order in which a subgraph's keys of a type are given: those that it resolves come
 * first. The planner comes back to a subgraph, with what a field there requires, by the first key that the subgraph
 * knows, and does not look whether it resolves that.
 */
export function withResolvableKeysFirst(document: DocumentNode): DocumentNode {
  return visit(document, {
    ObjectTypeDefinition: (node) => withSortedKeys(node),
    InterfaceTypeDefinition: (node) => withSortedKeys(node),
  });
}

interface TypeDefinition {
  readonly directives?: readonly DirectiveNode[];
}

function withSortedKeys<Node extends TypeDefinition>(node: Node): Node | undefined {
  const { directives = [] } = node;
  const keys = Map.groupBy(directives.filter(isKey), (directive) => textOf(directive, 'graph'));
  for (const ofGraph of keys.values()) ofGraph.sort((left, right) => rank(left) - rank(right));
  // Between the keys of one subgraph those of others stay where they are.
  const sorted = directives.map((directive) =>
    isKey(directive) ? (keys.get(textOf(directive, 'graph'))?.shift() ?? directive) : directive,
  );
  const isSame = sorted.every((directive, index) => directive === directives[index]);
  return isSame ? undefined : { ...node, directives: sorted };
}

function isKey({ name }: DirectiveNode): boolean {
  return name.value === 'join__type';
}

function rank(directive: DirectiveNode): number {
  const resolvable = argumentOf(directive, 'resolvable');
  return resolvable?.kind === Kind.BOOLEAN && !resolvable.value ? 1 : 0;
}

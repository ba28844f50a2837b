import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import { Kind, type DocumentNode, type SelectionNode } from 'graphql';
import { textOf } from './directives.ts';
import { fieldSet, servicesOf } from './requirements.ts';
import { typeDefinitionsOf } from './type-definitions.ts';

/** The keys by which a subgraph knows the entities of a type, as selections. */
export type KeysOf = (service: string, type: string) => readonly (readonly SelectionNode[])[];

export function keysIn(document: DocumentNode): KeysOf {
  const types = typeDefinitionsOf(document);
  const services = servicesOf(document);
  return (service, type) => {
    const { interfaces = [] } = types.get(type) ?? {};
    const holders = [type, ...interfaces.map(({ name }) => name.value)];
    const directives = holders.flatMap((holder) => types.get(holder)?.directives ?? []);
    return directives.flatMap((directive) => {
      const key = directive.name.value === 'join__type' ? textOf(directive, 'key') : undefined;
      const isHere = services.get(textOf(directive, 'graph') ?? '') === service;
      return key !== undefined && isHere ? [fieldSet(key).selections] : [];
    });
  };
}

/**
 * The fetch, which sends nothing of an object but with its key. The planner asks for what is required of all objects
 * of an interface, but for the keys only of those whose fields were asked for: of the others the subgraph would be told
 * no more than what it requires, and could fail at that.
 */
export function withKeys(fetch: FetchNode, keysOf: KeysOf): FetchNode {
  const { requires = [], serviceName } = fetch;
  const { keyed = [], keyless = [] } = Object.groupBy(requires, (selection) =>
    hasKey(selection, serviceName, keysOf) ? 'keyed' : 'keyless',
  );
  if (keyed.length === 0 || keyless.length === 0) return fetch;
  return {
    ...fetch,
    requires: keyed.map((selection) => ({
      ...selection,
      selections: [...(selection.selections ?? []), ...keyless],
    })),
  };
}

function hasKey(selection: QueryPlanSelectionNode, service: string, keysOf: KeysOf): boolean {
  if (selection.kind === 'Field' || selection.typeCondition === undefined) return false;
  return keysOf(service, selection.typeCondition).some((key) => holds(selection.selections, key));
}

function holds(
  selections: readonly QueryPlanSelectionNode[],
  key: readonly SelectionNode[],
): boolean {
  return key.every((field) => {
    if (field.kind !== Kind.FIELD) return false;
    const held = selections.find(
      (selection) => selection.kind === 'Field' && selection.name === field.name.value,
    );
    return held !== undefined && holds(held.selections ?? [], field.selectionSet?.selections ?? []);
  });
}

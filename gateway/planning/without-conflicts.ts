import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import {
  Kind,
  parse,
  print,
  separateOperations,
  stripIgnoredCharacters,
  visit,
  type DocumentNode,
  type FragmentDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { RequiredField } from './requirements-as-fields.ts';
import type { RequirementOf } from './requirements.ts';

/** The planner's words. */
export interface Vocabulary {
  /** What its own names stand for. */
  readonly fields: ReadonlyMap<string, RequiredField>;
  readonly requirementOf: RequirementOf;
}

/**
 * The fetch, or several with a part of it each: a representation has room for one value of `price`, so fields that
 * require different ones can't be asked for by means of the same.
 */
export function withoutConflicts(fetch: FetchNode, vocabulary: Vocabulary): readonly FetchNode[] {
  const { requires, operation, serviceName } = fetch;
  if (!requires || !isContradictory(choicesIn(requires, vocabulary))) return [fetch];
  const document = parse(operation, { noLocation: true });
  const groups: Choices[] = [];
  const indices = new Map<string, number>();

  function indexOf(type: string, field: string): number {
    const coordinate = `${type}.${field}`;
    let index = indices.get(coordinate);
    if (index === undefined) {
      const requirement = vocabulary.requirementOf(serviceName, type, field);
      const choices = choicesIn(requirement?.selections ?? [], vocabulary);
      const found = groups.findIndex((group) => !isContradictory([...group, ...choices]));
      index = found < 0 ? groups.length : found;
      groups[index] = [...(groups[index] ?? []), ...choices];
      indices.set(coordinate, index);
    }
    return index;
  }

  const first = partOf(document, (type, field) => indexOf(type, field) === 0);
  return groups.map((choices, group) => {
    const isHere = (type: string, field: string) => indexOf(type, field) === group;
    const part = group === 0 ? first : partOf(document, isHere);
    const used = variablesIn(part);
    return {
      ...fetch,
      requires: chosenOf(requires, new Map(choices), vocabulary),
      operation: stripIgnoredCharacters(print(withVariables(part, used))),
      variableUsages: (fetch.variableUsages ?? []).filter((name) => used.has(name)),
    };
  });
}

/** The name of a field, and where its value is in the representations that a subgraph gets. */
type Choice = readonly [place: string, name: string];
type Choices = readonly Choice[];

type Selection = SelectionNode | QueryPlanSelectionNode;

function choicesIn(selections: readonly Selection[], vocabulary: Vocabulary, at = ''): Choices {
  return selections.flatMap((selection) => {
    if (selection.kind !== 'Field') return choicesIn(selectionsIn(selection), vocabulary, at);
    const choice = choiceOf(selection, vocabulary, at);
    return [choice, ...choicesIn(selectionsIn(selection), vocabulary, choice[0])];
  });
}

function choiceOf(
  field: Extract<Selection, { readonly kind: 'Field' }>,
  { fields }: Vocabulary,
  at: string,
): Choice {
  const name = typeof field.name === 'string' ? field.name : field.name.value;
  return [`${at}/${fields.get(name)?.field ?? name}`, name];
}

function selectionsIn(selection: Selection): readonly Selection[] {
  if ('selections' in selection) return selection.selections ?? [];
  const { selectionSet } = selection as { readonly selectionSet?: SelectionSetNode };
  return selectionSet?.selections ?? [];
}

function isContradictory(choices: Choices): boolean {
  const names = new Map(choices);
  return choices.some(([place, name]) => names.get(place) !== name);
}

/** What is required, without the values that only other fields require. */
function chosenOf(
  selections: readonly QueryPlanSelectionNode[],
  choices: ReadonlyMap<string, string>,
  vocabulary: Vocabulary,
  at = '',
): QueryPlanSelectionNode[] {
  return selections.flatMap((selection): QueryPlanSelectionNode[] => {
    const [place, name] =
      selection.kind === 'Field' ? choiceOf(selection, vocabulary, at) : [at, undefined];
    const isOwn = name !== undefined && vocabulary.fields.has(name);
    const chosen = choices.get(place) ?? (isOwn ? undefined : name);
    if (chosen !== name) return [];
    if (!selection.selections) return [selection];
    const inner = chosenOf(selection.selections, choices, vocabulary, place);
    return inner.length === 0 ? [] : [{ ...selection, selections: inner }];
  });
}

/** The operation with those fields of its entities alone. */
function partOf(
  document: DocumentNode,
  isHere: (type: string, field: string) => boolean,
): DocumentNode {
  const fragments = new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  );
  const definitions = document.definitions.map((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION) return definition;
    const selections = definition.selectionSet.selections.map((selection) =>
      selection.kind === Kind.FIELD && selection.selectionSet
        ? { ...selection, selectionSet: setOf(selection.selectionSet, '', fragments, isHere) }
        : selection,
    );
    return { ...definition, selectionSet: { ...definition.selectionSet, selections } };
  });
  const [part] = Object.values(separateOperations({ ...document, definitions }));
  if (!part) throw new TypeError('the fetch has no operation');
  return part;
}

function setOf(
  set: SelectionSetNode,
  type: string,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  isHere: (type: string, field: string) => boolean,
): SelectionSetNode {
  const selections = set.selections.flatMap((selection): SelectionNode[] => {
    if (selection.kind === Kind.FIELD) return isHere(type, selection.name.value) ? [selection] : [];
    const fragment =
      selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
    if (!fragment) return [];
    const { typeCondition } = fragment;
    const inner = setOf(
      fragment.selectionSet,
      typeCondition?.name.value ?? type,
      fragments,
      isHere,
    );
    if (inner.selections.length === 0) return [];
    return [
      {
        kind: Kind.INLINE_FRAGMENT,
        ...(typeCondition && { typeCondition }),
        directives: selection.directives ?? [],
        selectionSet: inner,
      },
    ];
  });
  return { ...set, selections };
}

function variablesIn(document: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>();
  visit(document, {
    VariableDefinition: () => false,
    Variable: ({ name }) => {
      names.add(name.value);
    },
  });
  return names;
}

function withVariables(document: DocumentNode, names: ReadonlySet<string>): DocumentNode {
  return visit(document, {
    VariableDefinition: ({ variable }) => (names.has(variable.name.value) ? undefined : null),
  });
}

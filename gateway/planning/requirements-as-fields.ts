import {
  Kind,
  print,
  stripIgnoredCharacters,
  type ArgumentNode,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type FieldNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { reserved } from '../executor/distinct-aliases.ts';
import { argumentOf, textOf, withText } from './directives.ts';
import { withInaccessible } from './inaccessible.ts';
import { fieldSet } from './requirements.ts';
import {
  fieldOf,
  implementersOf,
  isTypeDefinition,
  nameOfType,
  typeDefinitionsOf,
  type TypeDefinition,
  type TypeDefinitions,
} from './type-definitions.ts';

/** A field with arguments, which has a name of its own before the planner. */
export interface RequiredField {
  readonly field: string;
  readonly arguments: readonly ArgumentNode[];
}

export interface RequirementsAsFields {
  readonly document: DocumentNode;
  /** By the names that the planner knows, which no other fields have. */
  readonly fields: ReadonlyMap<string, RequiredField>;
}

/**
 * Each field with arguments that `@requires` names becomes a field of its own, for every set of arguments another.
 * `price(currency: "EUR")` is neither `price(currency: "USD")` nor what a client asks for as `price`.
 */
export function requirementsAsFields(document: DocumentNode): RequirementsAsFields {
  const types = typeDefinitionsOf(document);
  const names = new Names(types);
  const renamed = mapFields(document, (field, type) => ({
    ...field,
    directives: (field.directives ?? []).map((directive) => withNames(directive, type, names)),
  }));
  if (names.fields.size === 0) return { document, fields: names.fields };
  return { document: withFields(renamed, names), fields: names.fields };
}

/** Gives names to fields that are required, and knows where these have to be. */
class Names {
  readonly types: TypeDefinitions;
  readonly fields = new Map<string, RequiredField>();
  /** By type. */
  readonly #added = new Map<string, Set<string>>();
  readonly #names = new Map<string, string>();

  constructor(types: TypeDefinitions) {
    this.types = types;
  }

  of(type: TypeDefinition, { name, arguments: args = [] }: FieldNode): string {
    const field = name.value;
    const meaning = `${type.name.value}.${field}(${args.map(print).toSorted().join()})`;
    const known = this.#names.get(meaning);
    if (known !== undefined) return known;
    const fresh = `${field}${reserved}${this.#names.size}`;
    this.#names.set(meaning, fresh);
    this.fields.set(fresh, { field, arguments: args });
    for (const holder of [type, ...implementersOf(this.types, type.name.value)]) {
      const added = this.#added.get(holder.name.value) ?? new Set();
      this.#added.set(holder.name.value, added.add(fresh));
    }
    return fresh;
  }

  addedTo(type: TypeDefinition): readonly (readonly [string, RequiredField])[] {
    const added = this.#added.get(type.name.value);
    return [...this.fields].filter(([name]) => added?.has(name));
  }
}

function withNames(
  directive: ConstDirectiveNode,
  type: TypeDefinition,
  names: Names,
): ConstDirectiveNode {
  const requires = textOf(directive, 'requires');
  if (directive.name.value !== 'join__field' || requires === undefined) return directive;
  const before = fieldSet(requires);
  const after = print(renameIn(before, type, names));
  if (after === print(before)) return directive;
  return withText(directive, 'requires', stripIgnoredCharacters(after));
}

function renameIn(
  set: SelectionSetNode,
  type: TypeDefinition | undefined,
  names: Names,
): SelectionSetNode {
  const selections = set.selections.map((selection): SelectionNode => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return selection;
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const condition = selection.typeCondition?.name.value;
      const inner = condition === undefined ? type : names.types.get(condition);
      return { ...selection, selectionSet: renameIn(selection.selectionSet, inner, names) };
    }
    const field = fieldOf(type, selection.name.value);
    if (!type || !field) return selection;
    const selectionSet =
      selection.selectionSet &&
      renameIn(selection.selectionSet, names.types.get(nameOfType(field.type)), names);
    const node: FieldNode = { ...selection, ...(selectionSet && { selectionSet }) };
    if (!field.arguments?.length) return node;
    return {
      ...node,
      name: { kind: Kind.NAME, value: names.of(type, selection) },
      arguments: [],
    };
  });
  return { ...set, selections };
}

/** They are where the fields are that they stand for, in the same subgraphs, but clients don't see them. */
function withFields(document: DocumentNode, names: Names): DocumentNode {
  const { document: linked, inaccessible } = withInaccessible(document);
  const addedTo = (type: TypeDefinition): readonly FieldDefinitionNode[] =>
    names.addedTo(type).flatMap(([name, { field }]) => {
      const original = fieldOf(type, field);
      if (!original) return [];
      return {
        kind: Kind.FIELD_DEFINITION,
        name: { kind: Kind.NAME, value: name },
        type: original.type,
        directives: [...joinsOf(original), inaccessible],
      };
    });
  const replaced = (field: FieldDefinitionNode, type: TypeDefinition): FieldDefinitionNode => {
    const isReplaced = names.addedTo(type).some(([, added]) => added.field === field.name.value);
    return isReplaced ? withoutUnused(field, type, names.types) : field;
  };
  return mapFields(linked, replaced, addedTo);
}

function joinsOf({ directives = [] }: FieldDefinitionNode): readonly ConstDirectiveNode[] {
  return directives.filter(({ name }) => name.value === 'join__field');
}

/** A subgraph may not have an external field that nothing there requires, nor an interface there has. */
function withoutUnused(
  field: FieldDefinitionNode,
  type: TypeDefinition,
  types: TypeDefinitions,
): FieldDefinitionNode {
  const directives = field.directives?.filter((directive) => {
    const external = argumentOf(directive, 'external');
    const isExternal = external?.kind === Kind.BOOLEAN && external.value;
    return !isExternal || isOfInterface(field, textOf(directive, 'graph'), type, types);
  });
  return { ...field, directives: directives ?? [] };
}

function isOfInterface(
  field: FieldDefinitionNode,
  graph: string | undefined,
  { directives = [] }: TypeDefinition,
  types: TypeDefinitions,
): boolean {
  return directives.some((directive) => {
    if (directive.name.value !== 'join__implements' || textOf(directive, 'graph') !== graph) {
      return false;
    }
    const inherited = fieldOf(types.get(textOf(directive, 'interface') ?? ''), field.name.value);
    const joins = inherited ? joinsOf(inherited) : [];
    const isThere = joins.length === 0 || joins.some((join) => textOf(join, 'graph') === graph);
    return inherited !== undefined && isThere;
  });
}

function mapFields(
  document: DocumentNode,
  change: (field: FieldDefinitionNode, type: TypeDefinition) => FieldDefinitionNode,
  addedTo: (type: TypeDefinition) => readonly FieldDefinitionNode[] = () => [],
): DocumentNode {
  const definitions = document.definitions.map((definition) => {
    if (!isTypeDefinition(definition)) return definition;
    const fields = (definition.fields ?? []).map((field) => change(field, definition));
    return { ...definition, fields: [...fields, ...addedTo(definition)] };
  });
  return { ...document, definitions };
}

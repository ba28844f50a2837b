import {
  getNamedType,
  isCompositeType,
  isUnionType,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import { isIncluded, type Decisions } from './conditions.ts';
import { matches } from './type-conditions.ts';

/** What an operation is read with. */
export interface Reading {
  /** What clients see. */
  readonly publicSchema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly decisions: Decisions;
}

/** Selections, and the type whose fields they name. */
export interface Selections {
  readonly parent: GraphQLCompositeType;
  readonly set: SelectionSetNode;
}

/** A field, where it was asked for. */
export interface AskedField {
  readonly parent: GraphQLCompositeType;
  readonly node: FieldNode;
}

/**
 * The fields that an object of the type answers, by response key and in the order of the document. Each may be
 * asked for in several places.
 */
export function collectFields(
  { publicSchema, fragments, decisions }: Reading,
  type: GraphQLCompositeType,
  asked: readonly Selections[],
): ReadonlyMap<string, readonly [AskedField, ...AskedField[]]> {
  const fields = new Map<string, [AskedField, ...AskedField[]]>();
  const seen = new Set<string>();

  function collect({ parent, set }: Selections): void {
    for (const node of set.selections) {
      if (!isIncluded(node.directives, decisions)) continue;
      if (node.kind === Kind.FIELD) {
        const key = (node.alias ?? node.name).value;
        const field = fields.get(key);
        if (field) field.push({ parent, node });
        else fields.set(key, [{ parent, node }]);
      } else if (node.kind === Kind.INLINE_FRAGMENT) {
        collectFragment(node.typeCondition?.name.value, parent, node.selectionSet);
      } else if (!seen.has(node.name.value)) {
        seen.add(node.name.value);
        const fragment = fragments.get(node.name.value);
        if (fragment) {
          collectFragment(fragment.typeCondition.name.value, parent, fragment.selectionSet);
        }
      }
    }
  }

  function collectFragment(
    condition: string | undefined,
    outer: GraphQLCompositeType,
    set: SelectionSetNode,
  ): void {
    const parent = condition === undefined ? outer : publicSchema.getType(condition);
    const applies = condition === undefined || matches(publicSchema, type.name, condition);
    if (applies && isCompositeType(parent)) collect({ parent, set });
  }

  for (const selections of asked) collect(selections);
  return fields;
}

/** What is asked of the objects that a field holds. */
export function selectionsWithin(places: readonly AskedField[]): Selections[] {
  const within: Selections[] = [];
  for (const { parent, node } of places) {
    const field = fieldOf(parent, node.name.value);
    const type = field && getNamedType(field.type);
    const set = node.selectionSet;
    if (set && isCompositeType(type)) within.push({ parent: type, set });
  }
  return within;
}

export function fieldOf(
  parent: GraphQLCompositeType,
  name: string,
): GraphQLField<unknown, unknown> | undefined {
  return isUnionType(parent) ? undefined : parent.getFields()[name];
}

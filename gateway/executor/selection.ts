import {
  doTypesOverlap,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isUnionType,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  type InlineFragmentNode,
  type SelectionSetNode,
} from 'graphql';
import { isIncluded } from './conditions.ts';
import type { Decisions } from './decisions.ts';
import { deferralOf, type Deferral } from './defer-ids.ts';
import { matches } from './type-conditions.ts';

/** What an operation is read with. */
export interface Reading {
  /** What clients see. */
  readonly publicSchema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly decisions: Decisions;
  /** Whether `@defer` has a meaning. */
  readonly isDeferring: boolean;
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

/** What an object answers. */
export interface Collected {
  /** By response key and in the order of the document. Each may be asked for in several places. */
  readonly fields: ReadonlyMap<string, readonly [AskedField, ...AskedField[]]>;
  /** What comes later. */
  readonly deferred: readonly DeferredSelections[];
}

/** Of a fragment that is deferred. */
export interface DeferredSelections extends Deferral {
  readonly selections: Selections;
}

/** What objects of the type answer; of those whose type is not known yet, what may come later. */
export function collect(
  { publicSchema, fragments, decisions, isDeferring }: Reading,
  type: GraphQLCompositeType,
  asked: readonly Selections[],
): Collected {
  const fields = new Map<string, [AskedField, ...AskedField[]]>();
  const deferred = new Map<string, DeferredSelections>();
  const seen = new Set<string>();

  function collectSet({ parent, set }: Selections, isSure: boolean): void {
    for (const node of set.selections) {
      if (!isIncluded(node.directives, decisions)) continue;
      if (node.kind !== Kind.FIELD) collectFragment(node, parent, isSure);
      else if (isSure) {
        const key = (node.alias ?? node.name).value;
        const field = fields.get(key);
        if (field) field.push({ parent, node });
        else fields.set(key, [{ parent, node }]);
      }
    }
  }

  function collectFragment(
    node: InlineFragmentNode | FragmentSpreadNode,
    outer: GraphQLCompositeType,
    isOuterSure: boolean,
  ): void {
    const deferral = isDeferring ? deferralOf(node, decisions) : undefined;
    if (node.kind === Kind.FRAGMENT_SPREAD && !deferral) {
      const key = `${String(isOuterSure)} ${node.name.value}`;
      if (seen.has(key)) return;
      seen.add(key);
    }
    const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value);
    const condition = fragment?.typeCondition?.name.value;
    const parent = condition === undefined ? outer : publicSchema.getType(condition);
    if (!fragment || !isCompositeType(parent)) return;
    const isMet = condition === undefined || matches(publicSchema, type.name, condition);
    const mayBeMet =
      isDeferring && isAbstractType(type) && doTypesOverlap(publicSchema, type, parent);
    if (!isMet && !mayBeMet) return;
    const selections = { parent, set: fragment.selectionSet };
    if (!deferral) collectSet(selections, isOuterSure && isMet);
    else if (!deferred.has(deferral.id)) deferred.set(deferral.id, { ...deferral, selections });
  }

  for (const selections of asked) collectSet(selections, true);
  return { fields, deferred: [...deferred.values()] };
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

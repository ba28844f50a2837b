import {
  getNamedType,
  isInputObjectType,
  isInputType,
  isLeafType,
  typeFromAST,
  valueFromASTUntyped,
  visit,
  type FieldNode,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type NamedTypeNode,
  type OperationDefinitionNode,
} from 'graphql';
import type { Grants } from './access.ts';
import { isMet, type GuardedSchema, type Requirement, type Requirements } from './requirements.ts';

/*
 * Enums and scalars may be guarded where they are given, too: as arguments, or in input objects. Only what is given
 * counts; null does, since it may clear what is guarded.
 */

/** What it takes to give a value, of the type and as JSON has it; undefined is none. */
export function needsOfValue(
  type: GraphQLInputType,
  value: unknown,
  requirements: Requirements,
): readonly Requirement[] {
  if (value === undefined) return [];
  const named = getNamedType(type);
  if (isLeafType(named)) {
    const requirement = requirements.get(named.name);
    return requirement ? [requirement] : [];
  }
  return itemsOf(value).flatMap((item) =>
    typeof item === 'object' && item !== null ? needsOfObject(named, item, requirements) : [],
  );
}

function needsOfObject(
  type: GraphQLInputObjectType,
  object: object,
  requirements: Requirements,
): readonly Requirement[] {
  const fields = type.getFields();
  return Object.entries(object).flatMap(([name, value]) => {
    const field = fields[name];
    return field ? needsOfValue(field.type, value, requirements) : [];
  });
}

/** Lists may be lists of lists, or single items. */
function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.flat(Infinity) : [value];
}

/** A variable that may bring something guarded. */
export interface GuardedVariable {
  readonly name: string;
  /** What it takes to give it the value that it has among these, or its own default. */
  readonly needsAmong: (variables: Readonly<Record<string, unknown>>) => readonly Requirement[];
}

export function guardedVariablesOf(
  { variableDefinitions = [] }: OperationDefinitionNode,
  { publicSchema, requirements }: GuardedSchema,
): readonly GuardedVariable[] {
  if (requirements.size === 0) return [];
  return variableDefinitions.flatMap(({ variable, type: node, defaultValue }) => {
    const type = typeFromAST(publicSchema, node as NamedTypeNode);
    if (!isInputType(type) || !mayBringGuarded(type, requirements)) return [];
    const fallback = defaultValue && valueFromASTUntyped(defaultValue);
    const name = variable.name.value;
    const needsAmong: GuardedVariable['needsAmong'] = (variables) => {
      const value = Object.hasOwn(variables, name) ? variables[name] : fallback;
      return needsOfValue(type, value, requirements);
    };
    return [{ name, needsAmong }];
  });
}

function mayBringGuarded(
  type: GraphQLInputType,
  requirements: Requirements,
  seen = new Set<string>(),
): boolean {
  const named = getNamedType(type);
  if (requirements.has(named.name)) return true;
  if (!isInputObjectType(named) || seen.has(named.name)) return false;
  seen.add(named.name);
  return Object.values(named.getFields()).some((field) =>
    mayBringGuarded(field.type, requirements, seen),
  );
}

const none: readonly string[] = [];

/** The names of those that bring something that the caller may not give. */
export function refusedVariables(
  guarded: readonly GuardedVariable[],
  variables: Readonly<Record<string, unknown>>,
  grants: Grants,
): readonly string[] {
  if (guarded.length === 0) return none;
  return guarded.flatMap(({ name, needsAmong }) =>
    needsAmong(variables).every((requirement) => isMet(requirement, grants)) ? [] : [name],
  );
}

/** Whether a field is given any of the variables. */
export function isGiven({ arguments: args = [] }: FieldNode, variables: ReadonlySet<string>) {
  let found = false;
  for (const argument of args) {
    visit(argument, {
      Variable({ name }) {
        found ||= variables.has(name.value);
      },
    });
  }
  return found;
}

import {
  isInterfaceType,
  isObjectType,
  type CompositeType,
  type FieldDefinition,
  type NamedType,
  type Schema,
} from '@apollo/federation-internals';
import type { GraphQLSchema } from 'graphql';
import type { Grants } from './access.ts';

/** What a caller needs to use a type or a field: all of it. */
export interface Requirement {
  readonly authenticated: boolean;
  readonly scopes: AnyOf | null;
  readonly policies: AnyOf | null;
}

/** All of any one of these lists; null asks for none. */
type AnyOf = readonly (readonly string[])[];

/** What clients see, and what it takes to use it. */
export interface GuardedSchema {
  readonly publicSchema: GraphQLSchema;
  readonly requirements: Requirements;
}

/** By coordinate: `Payment.risk`, or `Payment` for all of a type. Equal ones are one object. */
export type Requirements = ReadonlyMap<string, Requirement>;

const specs = 'https://specs.apollo.dev';

/** Reads `@authenticated`, `@requiresScopes` and `@policy`, by whatever name the schema links them. */
export function requirementsOf(schema: Schema): Requirements {
  const authenticated = linkedName(schema, 'authenticated');
  const requiresScopes = linkedName(schema, 'requiresScopes');
  const policy = linkedName(schema, 'policy');
  const requirements = new Map<string, Requirement>();
  const distinct = new Map<string, Requirement>();

  function read({
    coordinate,
    appliedDirectives,
  }: NamedType | FieldDefinition<CompositeType>): void {
    const given = new Map(
      appliedDirectives.map((directive) => [directive.name, directive.arguments()]),
    );
    const listsOf = (directive: string | undefined, argument: string): AnyOf | null =>
      (given.get(directive ?? '') as Record<string, AnyOf> | undefined)?.[argument] ?? null;
    const requirement: Requirement = {
      authenticated: authenticated !== undefined && given.has(authenticated),
      scopes: listsOf(requiresScopes, 'scopes'),
      policies: listsOf(policy, 'policies'),
    };
    if (!requirement.authenticated && !requirement.scopes && !requirement.policies) return;
    const text = JSON.stringify(requirement);
    distinct.set(text, distinct.get(text) ?? requirement);
    requirements.set(coordinate, distinct.get(text) ?? requirement);
  }

  for (const type of schema.types()) {
    read(type);
    if (isObjectType(type) || isInterfaceType(type)) type.fields().forEach(read);
  }
  return requirements;
}

/** Each once. */
export function distinctRequirements(requirements: Requirements): readonly Requirement[] {
  return [...new Set(requirements.values())];
}

export function isMet(requirement: Requirement, grants: Grants): boolean {
  if (requirement.authenticated && !grants.isAuthenticated) return false;
  return (
    holdsAny(grants.scopes, requirement.scopes) && holdsAny(grants.policies, requirement.policies)
  );
}

function holdsAny(held: ReadonlySet<string>, lists: AnyOf | null): boolean {
  return lists === null || lists.some((all) => all.every((name) => held.has(name)));
}

/** Tells callers apart by which of the requirements they meet, and by nothing else. */
export function accessKey(needs: readonly Requirement[], grants: Grants): string {
  let key = '';
  for (const requirement of needs) key += isMet(requirement, grants) ? '1' : '0';
  return key;
}

/** A `@link` may rename a directive; read by its usual name alone, it would be ignored. */
function linkedName(schema: Schema, directive: string): string | undefined {
  const feature = schema.coreFeatures?.getByIdentity(`${specs}/${directive}`);
  return feature?.directiveNameInSchema(directive);
}

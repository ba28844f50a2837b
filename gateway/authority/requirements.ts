import { isAnonymous, type Principal } from '#auth';
import {
  isInterfaceType,
  isObjectType,
  type CompositeType,
  type FieldDefinition,
  type NamedType,
  type Schema,
} from '@apollo/federation-internals';

/** What a caller needs to see a type or a field. */
export interface Requirement {
  readonly authenticated: boolean;
  /** All scopes of any one of these lists; null asks for none. */
  readonly scopes: readonly (readonly string[])[] | null;
}

/** By coordinate: `Payment.risk`, or `Payment` for all of a type. Equal ones are one object. */
export type Requirements = ReadonlyMap<string, Requirement>;

const specs = 'https://specs.apollo.dev';

/** Reads `@authenticated` and `@requiresScopes`, by whatever name the schema links them. */
export function requirementsOf(schema: Schema): Requirements {
  const authenticated = linkedName(schema, 'authenticated');
  const requiresScopes = linkedName(schema, 'requiresScopes');
  const requirements = new Map<string, Requirement>();
  const distinct = new Map<string, Requirement>();

  function read({
    coordinate,
    appliedDirectives,
  }: NamedType | FieldDefinition<CompositeType>): void {
    const scopes = appliedDirectives.find(({ name }) => name === requiresScopes)?.arguments();
    const requirement = {
      authenticated: appliedDirectives.some(({ name }) => name === authenticated),
      scopes: (scopes as { scopes: string[][] } | undefined)?.scopes ?? null,
    };
    if (!requirement.authenticated && !requirement.scopes) return;
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

export function isMet({ authenticated, scopes }: Requirement, caller: Principal): boolean {
  if (authenticated && isAnonymous(caller)) return false;
  return scopes === null || scopes.some((all) => all.every((scope) => caller.scopes.has(scope)));
}

/** Tells callers apart by which of the requirements they meet, and by nothing else. */
export function accessKey(needs: readonly Requirement[], caller: Principal): string {
  let key = '';
  for (const requirement of needs) key += isMet(requirement, caller) ? '1' : '0';
  return key;
}

/** A `@link` may rename a directive; read by its usual name alone, it would be ignored. */
function linkedName(schema: Schema, directive: string): string | undefined {
  const feature = schema.coreFeatures?.getByIdentity(`${specs}/${directive}`);
  return feature?.directiveNameInSchema(directive);
}

import {
  getDirectiveValues,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';

/**
 * Where `served` departs from `contract`. It may serve a part of it, leaving out types, fields, values and
 * optional arguments; what it serves has the contract's types, nullability and authority.
 */
export function departures(served: GraphQLSchema, contract: GraphQLSchema): string[] {
  const found: string[] = [];
  for (const type of Object.values(served.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    const agreed = contract.getType(type.name);
    if (agreed === undefined) found.push(`${type.name} is not in the contract`);
    else found.push(...typeDepartures(type, agreed, { served, contract }));
  }
  return found;
}

interface Schemas {
  readonly served: GraphQLSchema;
  readonly contract: GraphQLSchema;
}

function typeDepartures(
  type: GraphQLNamedType,
  agreed: GraphQLNamedType,
  schemas: Schemas,
): string[] {
  const found = authorityDepartures(type.name, type, agreed, schemas);
  if (type.constructor !== agreed.constructor) {
    return [...found, `${type.name} is of another kind in the contract`];
  }
  if ((isObjectType(type) || isInterfaceType(type)) && 'getFields' in agreed) {
    const fields = agreed.getFields() as Record<string, GraphQLField<unknown, unknown>>;
    for (const field of Object.values(type.getFields())) {
      const place = `${type.name}.${field.name}`;
      const other = fields[field.name];
      if (other === undefined) found.push(`${place} is not in the contract`);
      else found.push(...fieldDepartures(place, field, other, schemas));
    }
  } else if (isInputObjectType(type) && isInputObjectType(agreed)) {
    found.push(
      ...inputDepartures(
        type.name,
        Object.values(type.getFields()),
        Object.values(agreed.getFields()),
      ),
    );
  } else if (isEnumType(type) && isEnumType(agreed)) {
    const values = new Set(agreed.getValues().map(({ name }) => name));
    for (const { name } of type.getValues()) {
      if (!values.has(name)) found.push(`${type.name}.${name} is not in the contract`);
    }
  } else if (isUnionType(type) && isUnionType(agreed)) {
    const members = new Set(agreed.getTypes().map(({ name }) => name));
    for (const { name } of type.getTypes()) {
      if (!members.has(name)) found.push(`${type.name} has no member ${name} in the contract`);
    }
  }
  return found;
}

function fieldDepartures(
  place: string,
  field: GraphQLField<unknown, unknown>,
  agreed: GraphQLField<unknown, unknown>,
  schemas: Schemas,
): string[] {
  return [
    ...differentType(place, field.type, agreed.type),
    ...inputDepartures(place, field.args, agreed.args),
    ...authorityDepartures(place, field, agreed, schemas),
  ];
}

/** Of arguments, or of an input's fields: those that are optional may be left out. */
function inputDepartures(
  place: string,
  inputs: readonly (GraphQLArgument | GraphQLInputField)[],
  agreed: readonly (GraphQLArgument | GraphQLInputField)[],
): string[] {
  const others = new Map(agreed.map((input) => [input.name, input]));
  const found = inputs.flatMap((input) => {
    const other = others.get(input.name);
    const name = `${place}(${input.name})`;
    if (other === undefined) return [`${name} is not in the contract`];
    const defaults = JSON.stringify([input.defaultValue, other.defaultValue]);
    return [
      ...differentType(name, input.type, other.type),
      ...(JSON.stringify(input.defaultValue) === JSON.stringify(other.defaultValue)
        ? []
        : [`${name} has another default than the contract: ${defaults}`]),
    ];
  });
  const served = new Set(inputs.map(({ name }) => name));
  for (const { name, type } of agreed) {
    if (!served.has(name) && String(type).endsWith('!')) {
      found.push(`${place}(${name}) is demanded by the contract`);
    }
  }
  return found;
}

function differentType(place: string, type: unknown, agreed: unknown): string[] {
  const [ours, theirs] = [String(type), String(agreed)];
  return ours === theirs ? [] : [`${place} is ${ours}; in the contract ${theirs}`];
}

interface Declared {
  readonly astNode?: Parameters<typeof getDirectiveValues>[1] | null | undefined;
}

/** Who may see it is a part of the contract. */
function authorityDepartures(
  place: string,
  declared: object,
  agreed: object,
  { served, contract }: Schemas,
): string[] {
  const [ours, theirs] = [authorityOf(declared, served), authorityOf(agreed, contract)];
  return ours === theirs ? [] : [`${place} is for ${ours}; in the contract for ${theirs}`];
}

function authorityOf({ astNode }: Declared, schema: GraphQLSchema): string {
  if (!astNode) return 'everyone';
  const scopes = schema.getDirective('requiresScopes');
  const authenticated = schema.getDirective('authenticated');
  const values = scopes && getDirectiveValues(scopes, astNode);
  if (values) {
    const sets = values['scopes'] as readonly (readonly string[])[];
    return sets
      .map((all) => all.toSorted().join(' and '))
      .toSorted()
      .join(' or ');
  }
  return authenticated && getDirectiveValues(authenticated, astNode) ? 'who signed in' : 'everyone';
}

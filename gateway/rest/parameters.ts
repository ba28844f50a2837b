import { BadInput } from '#errors';
import {
  coerceInputValue,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isScalarType,
  isSpecifiedScalarType,
  Kind,
  OperationTypeNode,
  typeFromAST,
  valueFromAST,
  type FieldNode,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type ValueNode,
  type VariableDefinitionNode,
} from 'graphql';
import { commentAbove } from './comments.ts';
import { scalarOf } from './scalars.ts';

/** A variable of an operation, as it stands in an address or a body. */
export interface Parameter {
  readonly name: string;
  readonly place: 'path' | 'query' | 'body';
  /** For people. */
  readonly description: string;
  readonly type: GraphQLInputType;
  /** One value, the same name again for each item of a list, or JSON. */
  readonly form: 'one' | 'many' | 'json';
  readonly isRequired: boolean;
  /** What holds when it is not given. */
  readonly defaultValue: unknown;
  /** Where the root field's arguments have it, such as `filter.price.min`. */
  readonly argument: string | undefined;
}

type Variables = Record<string, unknown>;

/** The variables of an operation, or what can't stand in an address. */
export function parametersOf(
  { operation, variableDefinitions = [] }: OperationDefinitionNode,
  root: FieldNode,
  rootField: GraphQLField<unknown, unknown>,
  path: string,
  schema: GraphQLSchema,
): readonly Parameter[] | Error {
  const inPath = new Set([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
  const places = argumentsOf(root);
  const parameters = variableDefinitions.map((definition) => {
    const { name } = definition.variable;
    const elsewhere = operation === OperationTypeNode.QUERY ? 'query' : 'body';
    const place = inPath.delete(name.value) ? 'path' : elsewhere;
    const argument = places.get(name.value);
    const found = rootField.args.find((each) => each.name === argument);
    return toParameter(definition, place, argument, found?.description, schema);
  });
  const [missing] = inPath;
  if (missing !== undefined) return new Error(`{${missing}} of its path is no variable`);
  const wrong = parameters.find(({ place, form }) => place === 'path' && form !== 'one');
  return wrong ? new Error(`$${wrong.name} can't stand in a path`) : parameters;
}

function toParameter(
  definition: VariableDefinitionNode,
  place: Parameter['place'],
  argument: string | undefined,
  description: string | null | undefined,
  schema: GraphQLSchema,
): Parameter {
  // Valid documents have variables of input types alone.
  const type = typeFromAST(schema, definition.type as never) as GraphQLInputType;
  const defaultValue = definition.defaultValue
    ? valueFromAST(definition.defaultValue, type)
    : undefined;
  return {
    name: definition.variable.name.value,
    place,
    description: commentAbove(definition) || (description ?? ''),
    type,
    form: formOf(type),
    isRequired: place === 'path' || (isNonNullType(type) && defaultValue === undefined),
    defaultValue,
    argument,
  };
}

function formOf(type: GraphQLInputType): Parameter['form'] {
  const bare = isNonNullType(type) ? type.ofType : type;
  if (isLeafType(bare)) return 'one';
  if (!isListType(bare)) return 'json';
  const item: GraphQLInputType = isNonNullType(bare.ofType) ? bare.ofType.ofType : bare.ofType;
  return isLeafType(item) ? 'many' : 'json';
}

/** Where each variable stands in the arguments of a field. */
function argumentsOf({ arguments: args = [] }: FieldNode): ReadonlyMap<string, string> {
  const places = new Map<string, string>();

  function walk(value: ValueNode, path: string): void {
    if (value.kind === Kind.VARIABLE) places.set(value.name.value, path);
    else if (value.kind === Kind.OBJECT) {
      for (const field of value.fields) walk(field.value, `${path}.${field.name.value}`);
    }
  }

  for (const { name, value } of args) walk(value, name.value);
  return places;
}

/** What a parameter is called whose argument a subgraph complains of, if there is one. */
export function parameterFor(
  argument: string,
  parameters: readonly Parameter[],
): string | undefined {
  for (const { name, argument: own } of parameters) {
    if (own === undefined) continue;
    if (argument === own || argument.startsWith(`${own}.`)) {
      return name + argument.slice(own.length);
    }
  }
  return undefined;
}

/** What a request gives for the variables of an operation. */
export interface Given {
  readonly inPath: Readonly<Record<string, string>>;
  readonly search: URLSearchParams;
  /** The members of the body. */
  readonly members: Readonly<Record<string, unknown>>;
}

/**
 * Reads the values of an operation's variables.
 * @throws BadInput that names the parameter.
 */
export function readParameters(parameters: readonly Parameter[], given: Given): Variables {
  refuseUnknown(parameters, 'query', given.search.keys());
  refuseUnknown(parameters, 'body', Object.keys(given.members));
  const variables: Variables = {};
  for (const parameter of parameters) {
    const { name, isRequired } = parameter;
    const value = readParameter(parameter, given);
    if (value !== undefined) variables[name] = value;
    else if (isRequired) throw new BadInput(name, `Give \`${name}\`: it is needed.`);
  }
  return variables;
}

function refuseUnknown(
  parameters: readonly Parameter[],
  place: Parameter['place'],
  names: Iterable<string>,
): void {
  const known = parameters.filter((parameter) => parameter.place === place);
  const others = known.map(({ name }) => name).join(', ');
  for (const name of names) {
    if (known.some((parameter) => parameter.name === name)) continue;
    const there = others === '' ? 'there is none here' : `there are ${others}`;
    throw new BadInput(name, `\`${name}\` is no parameter: ${there}.`);
  }
}

function readParameter(
  { name, place, form, type }: Parameter,
  { inPath, search, members }: Given,
): unknown {
  if (place === 'body') {
    if (!Object.hasOwn(members, name)) return undefined;
    return checked(name, type, members[name]);
  }
  const texts = place === 'path' ? [inPath[name] ?? ''] : search.getAll(name);
  const [text, ...others] = texts;
  if (text === undefined) return undefined;
  if (form === 'many') return texts.map((each) => readLeaf(name, getNamedType(type), each));
  if (others.length > 0) {
    throw new BadInput(name, `\`${name}\` is given ${texts.length} times: give it once.`);
  }
  return form === 'one' ? readLeaf(name, getNamedType(type), text) : readJson(name, type, text);
}

function readLeaf(name: string, type: GraphQLNamedType, text: string): unknown {
  if (isEnumType(type)) {
    if (type.getValue(text)) return text;
    const values = type.getValues().map((value) => value.name);
    throw new BadInput(name, `Give \`${name}\` as one of ${values.join(', ')}.`);
  }
  const { read, remedy } = scalarOf(type);
  const value = read(text);
  if (value === undefined) throw new BadInput(name, `Give \`${name}\` as ${remedy}.`);
  return value;
}

function readJson(name: string, type: GraphQLInputType, text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text) as unknown;
  } catch (cause) {
    const complaint = cause instanceof Error ? cause.message : '';
    throw new BadInput(name, `\`${name}\` is no JSON (${complaint}): give ${String(type)} so.`);
  }
  return checked(name, type, value);
}

function checked(name: string, type: GraphQLInputType, value: unknown): unknown {
  coerceInputValue(value, type, (path, _value, { message }) => {
    const field = [name, ...path].join('.');
    throw new BadInput(field, `\`${field}\`: ${message}`);
  });
  checkScalars(name, type, value);
  return value;
}

/** The public schema does not know what texts a scalar of its own takes. */
function checkScalars(field: string, type: GraphQLInputType, value: unknown): void {
  if (isNonNullType(type)) checkScalars(field, type.ofType, value);
  else if (isListType(type)) {
    const { ofType } = type;
    if (!Array.isArray(value)) checkScalars(field, ofType, value);
    else
      value.forEach((item, index) => {
        checkScalars(`${field}.${index}`, ofType, item);
      });
  } else if (isInputObjectType(type)) {
    const fields = type.getFields();
    for (const [key, member] of Object.entries(value ?? {})) {
      const inner = fields[key];
      if (inner) checkScalars(`${field}.${key}`, inner.type, member);
    }
  } else if (typeof value === 'string' && isScalarType(type) && !isSpecifiedScalarType(type)) {
    readLeaf(field, type, value);
  }
}

import {
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredInputField,
  isSpecifiedScalarType,
  isInterfaceType,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import type { Components, JsonSchema } from './json-schema.ts';
import { scalarOf } from './scalars.ts';

/** What values an input type takes; `null`, which is the same as nothing, is not told. */
export function inputSchema(type: GraphQLInputType, components: Components): JsonSchema {
  if (isNonNullType(type)) return inputSchema(type.ofType, components);
  if (isListType(type)) return { type: 'array', items: inputSchema(type.ofType, components) };
  if (!isInputObjectType(type)) return leafSchema(type);
  if (!components.has(type.name)) {
    components.set(type.name, {}); // it may hold itself
    const fields = Object.values(type.getFields());
    components.set(type.name, {
      type: 'object',
      ...described(type.description),
      properties: Object.fromEntries(
        fields.map((field) => [
          field.name,
          { ...inputSchema(field.type, components), ...described(field.description) },
        ]),
      ),
      required: fields.filter(isRequiredInputField).map(({ name }) => name),
      additionalProperties: false,
    });
  }
  return reference(type.name);
}

export interface OutputSchemas {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly components: Components;
}

/**
 * What an answer of that type looks like that is not null, and of which these fields are selected. A fragment is a
 * schema of its own.
 */
export function outputSchema(
  type: GraphQLOutputType,
  selected: SelectionSetNode | undefined,
  schemas: OutputSchemas,
): JsonSchema {
  if (isNonNullType(type)) return outputSchema(type.ofType, selected, schemas);
  if (isListType(type)) {
    return { type: 'array', items: nullableSchema(type.ofType, selected, schemas) };
  }
  const named = getNamedType(type);
  return selected ? objectSchema(named, selected, schemas) : leafSchema(named);
}

function nullableSchema(
  type: GraphQLOutputType,
  selected: SelectionSetNode | undefined,
  schemas: OutputSchemas,
): JsonSchema {
  const schema = outputSchema(type, selected, schemas);
  return isNonNullType(type) ? schema : orNull(schema);
}

function objectSchema(
  type: GraphQLNamedType,
  selected: SelectionSetNode,
  schemas: OutputSchemas,
): JsonSchema {
  const { fragments, components } = schemas;
  const [only, ...others] = selected.selections;
  const fragment =
    only?.kind === Kind.FRAGMENT_SPREAD && others.length === 0
      ? fragments.get(only.name.value)
      : undefined;
  if (fragment?.typeCondition.name.value !== type.name)
    return inlineSchema(type, selected, schemas);
  const name = fragment.name.value;
  if (!components.has(name)) {
    components.set(name, inlineSchema(type, fragment.selectionSet, schemas));
  }
  return reference(name);
}

function inlineSchema(
  type: GraphQLNamedType,
  selected: SelectionSetNode,
  schemas: OutputSchemas,
): JsonSchema {
  const properties: Record<string, JsonSchema> = {};
  const required = new Set<string>();

  function add(of: GraphQLNamedType, { selections }: SelectionSetNode, isAlways: boolean): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        properties[key] = fieldSchema(of, selection, schemas);
        if (isAlways) required.add(key);
        continue;
      }
      const fragment =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? schemas.fragments.get(selection.name.value)
          : selection;
      if (!fragment) continue; // no valid document has such a spread
      const name = fragment.typeCondition?.name.value ?? of.name;
      const inner = schemas.schema.getType(name) ?? of;
      // What is only there for some of the objects may be missing.
      add(inner, fragment.selectionSet, isAlways && (inner === of || !isAbstractType(of)));
    }
  }

  add(type, selected, true);
  return { type: 'object', properties, required: [...required] };
}

function fieldSchema(of: GraphQLNamedType, node: FieldNode, schemas: OutputSchemas): JsonSchema {
  const field =
    isObjectType(of) || isInterfaceType(of) ? of.getFields()[node.name.value] : undefined;
  if (!field) return { type: 'string' }; // __typename
  return {
    ...nullableSchema(field.type, node.selectionSet, schemas),
    ...described(field.description),
  };
}

function leafSchema(type: GraphQLNamedType): JsonSchema {
  if (isSpecifiedScalarType(type)) return scalarOf(type).schema; // everybody knows what they are
  if (!isEnumType(type)) return { ...scalarOf(type).schema, ...described(type.description) };
  return {
    type: 'string',
    ...described(type.description),
    enum: type.getValues().map(({ name }) => name),
  };
}

function orNull(schema: JsonSchema): JsonSchema {
  const { type, enum: values } = schema;
  if ('$ref' in schema) return { anyOf: [schema, { type: 'null' }] };
  if (type === undefined) return schema; // it may be anything
  return {
    ...schema,
    type: [type, 'null'],
    ...(Array.isArray(values) && { enum: [...(values as unknown[]), null] }),
  };
}

function reference(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

function described(description: string | null | undefined): JsonSchema {
  return description ? { description } : {};
}

import {
  Kind,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  type ObjectTypeDefinitionNode,
  type TypeNode,
} from 'graphql';

/** A type with fields. */
export type TypeDefinition = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

export type TypeDefinitions = ReadonlyMap<string, TypeDefinition>;

export function isTypeDefinition(definition: DefinitionNode): definition is TypeDefinition {
  return (
    definition.kind === Kind.OBJECT_TYPE_DEFINITION ||
    definition.kind === Kind.INTERFACE_TYPE_DEFINITION
  );
}

export function typeDefinitionsOf({ definitions }: DocumentNode): TypeDefinitions {
  return new Map(
    definitions.filter(isTypeDefinition).map((definition) => [definition.name.value, definition]),
  );
}

export function fieldOf(
  type: TypeDefinition | undefined,
  name: string,
): FieldDefinitionNode | undefined {
  return type?.fields?.find((field) => field.name.value === name);
}

/** Without the lists and exclamation marks around it. */
export function nameOfType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : nameOfType(type.type);
}

export function implementersOf(types: TypeDefinitions, name: string): readonly TypeDefinition[] {
  return [...types.values()].filter(({ interfaces = [] }) =>
    interfaces.some((implemented) => implemented.name.value === name),
  );
}

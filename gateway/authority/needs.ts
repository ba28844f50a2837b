import {
  getNamedType,
  isAbstractType,
  isUnionType,
  TypeInfo,
  valueFromASTUntyped,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLField,
} from 'graphql';
import { needsOfValue } from './input-needs.ts';
import { distinctRequirements, type GuardedSchema, type Requirement } from './requirements.ts';

/** All that it may take to use the whole of a document, each once; but for what variables bring. */
export function needsOf(document: DocumentNode, schema: GuardedSchema): readonly Requirement[] {
  if (schema.requirements.size === 0) return [];
  const needs = new Set<Requirement>();
  const add = (requirement: Requirement) => needs.add(requirement);
  const info = new TypeInfo(schema.publicSchema);
  visit(
    document,
    visitWithTypeInfo(info, {
      Field(node) {
        // Who sees what of the schema depends on all of them.
        if (isIntrospection(node)) distinctRequirements(schema.requirements).forEach(add);
        needsAt(info, node, schema).forEach(add);
      },
    }),
  );
  return [...needs];
}

/** Whether a field asks for the schema itself. */
export function isIntrospection({ name: { value } }: FieldNode): boolean {
  return value === '__schema' || value === '__type';
}

/** What a field takes where it is asked for, its literal arguments included. */
export function needsAt(info: TypeInfo, node: FieldNode, schema: GuardedSchema): Requirement[] {
  const parent = info.getParentType();
  const field = info.getFieldDef();
  if (!parent || !field || field.name.startsWith('__')) return [];
  return [
    ...needsOfField(parent, field, schema),
    ...(node.arguments ?? []).flatMap(({ name, value }) => {
      const argument = field.args.find((candidate) => candidate.name === name.value);
      if (!argument) return [];
      return needsOfValue(argument.type, valueFromASTUntyped(value), schema.requirements);
    }),
  ];
}

/**
 * What a field takes, whatever its arguments. Through an interface any of its objects may be reached: the caller
 * needs what each needs.
 */
export function needsOfField(
  parent: GraphQLCompositeType,
  { name }: Pick<GraphQLField<unknown, unknown>, 'name'>,
  { publicSchema, requirements }: GuardedSchema,
): Requirement[] {
  const owners = isAbstractType(parent)
    ? [parent, ...publicSchema.getPossibleTypes(parent)]
    : [parent];
  return owners.flatMap((owner) => {
    const type = isUnionType(owner) ? undefined : owner.getFields()[name]?.type;
    const coordinates = [owner.name, `${owner.name}.${name}`, type && getNamedType(type).name];
    return coordinates.flatMap((coordinate) => requirements.get(coordinate ?? '') ?? []);
  });
}

import {
  isInterfaceType,
  isObjectType,
  Kind,
  visit,
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
} from 'graphql';

/**
 * The document with no alias that is the name of another field. The planner takes `name: title` for `name` when a
 * key or a requirement needs that, and the wrong value would be sent, or answered. Plan from this document; paths in
 * the plan have its keys.
 */
export function withDistinctAliases(document: DocumentNode, schema: GraphQLSchema): DocumentNode {
  const fieldNames = fieldNamesOf(schema);
  return visit(document, {
    Field(node) {
      const key = keyInPlan(node, fieldNames);
      if (!node.alias || key === node.alias.value) return undefined;
      return { ...node, alias: { kind: Kind.NAME, value: key } };
    },
  });
}

/** What such a document calls a field. */
export function keyInPlan({ alias, name }: FieldNode, fieldNames: ReadonlySet<string>): string {
  if (!alias || alias.value === name.value) return name.value;
  const isDistinct = !fieldNames.has(alias.value) && !alias.value.includes(reserved);
  return isDistinct ? alias.value : `${alias.value}${reserved}${name.value}`;
}

/** In names of fields it is the gateway's own. */
export const reserved = '__is__';

const known = new WeakMap<GraphQLSchema, ReadonlySet<string>>();

/** The names of the fields of every type. */
export function fieldNamesOf(schema: GraphQLSchema): ReadonlySet<string> {
  let names = known.get(schema);
  if (!names) {
    names = new Set(
      Object.values(schema.getTypeMap()).flatMap((type) =>
        isObjectType(type) || isInterfaceType(type) ? Object.keys(type.getFields()) : [],
      ),
    );
    known.set(schema, names);
  }
  return names;
}

import { isAbstractType, isInterfaceType, isObjectType, type GraphQLSchema } from 'graphql';

/** Whether objects of the type match a condition such as `... on Product`. */
export function matches(schema: GraphQLSchema, typename: string, condition: string): boolean {
  if (typename === condition) return true;
  const type = schema.getType(typename);
  const abstract = schema.getType(condition);
  if (!isAbstractType(abstract)) return false;
  return (isObjectType(type) || isInterfaceType(type)) && schema.isSubType(abstract, type);
}

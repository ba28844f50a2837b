import { mapSchema, MapperKind, pruneSchema } from '@graphql-tools/utils';
import {
  getNamedType,
  GraphQLObjectType,
  GraphQLSchema,
  isCompositeType,
  isInputObjectType,
  isRequiredArgument,
  isRequiredInputField,
  type GraphQLInputType,
  type GraphQLNamedType,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { setImmediate as turnOfOthers } from 'node:timers/promises';
import type { Grants } from './access.ts';
import { needsOfField } from './needs.ts';
import {
  accessKey,
  distinctRequirements,
  isMet,
  type GuardedSchema,
  type Requirement,
} from './requirements.ts';

/** What a caller may use of the schema, and nothing that nothing else leads to. */
export type VisibleSchema = (grants: Grants) => Promise<GraphQLSchema>;

/** Each is as large as the schema; few kinds of callers look at it. */
const schemasMax = 16;

/** Makes it once for all who may use the same. */
export function createVisibleSchema(schema: GuardedSchema): VisibleSchema {
  const requirements = distinctRequirements(schema.requirements);
  const known = new LRUCache<string, Promise<GraphQLSchema>>({ max: schemasMax });
  return async (grants) => {
    const key = accessKey(requirements, grants);
    // Who may use everything sees what there is.
    if (!key.includes('0')) return schema.publicSchema;
    const visible = known.get(key) ?? visibleTo(grants, schema);
    known.set(key, visible);
    return await visible;
  };
}

/** Each step takes some 10 ms; others have their turn between them. */
async function visibleTo(grants: Grants, schema: GuardedSchema): Promise<GraphQLSchema> {
  const { publicSchema, requirements } = schema;
  const areMet = (needs: readonly Requirement[]) => needs.every((need) => isMet(need, grants));

  function mayUse(type: GraphQLNamedType): boolean {
    const requirement = requirements.get(type.name);
    return requirement === undefined || isMet(requirement, grants);
  }

  /** What an input object can't be without must be allowed, too. */
  function mayGive(type: GraphQLInputType, within: readonly string[] = []): boolean {
    const named = getNamedType(type);
    if (!mayUse(named)) return false;
    if (!isInputObjectType(named) || within.includes(named.name)) return true;
    return Object.values(named.getFields())
      .filter(isRequiredInputField)
      .every((field) => mayGive(field.type, [...within, named.name]));
  }

  function mayUseField(typeName: string, fieldName: string): boolean {
    const parent = publicSchema.getType(typeName);
    if (!isCompositeType(parent) || !('getFields' in parent)) return true;
    const field = parent.getFields()[fieldName];
    return (
      field === undefined ||
      (areMet(needsOfField(parent, field, schema)) &&
        field.args.filter(isRequiredArgument).every((argument) => mayGive(argument.type)))
    );
  }

  const visible = mapSchema(publicSchema, {
    [MapperKind.TYPE]: (type) => {
      const isAllowed = isInputObjectType(type) ? mayGive(type) : mayUse(type);
      return isAllowed ? undefined : null;
    },
    [MapperKind.COMPOSITE_FIELD]: (_field, fieldName, typeName) =>
      mayUseField(typeName, fieldName) ? undefined : null,
  });
  await turnOfOthers();
  const pruned = pruneSchema(visible);
  await turnOfOthers();
  return usable(pruned);
}

/** As a schema that is asked: with a query type, even if there is nothing in it. */
function usable(schema: GraphQLSchema): GraphQLSchema {
  const config = schema.toConfig();
  const query = config.query ?? new GraphQLObjectType({ name: 'Query', fields: {} });
  return new GraphQLSchema({ ...config, query, assumeValid: true });
}

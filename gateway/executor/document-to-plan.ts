import type { DocumentNode, GraphQLSchema } from 'graphql';
import { withDeferIds } from './defer-ids.ts';
import { withDistinctAliases } from './distinct-aliases.ts';

/** The document as the planner has to be given it for the plan to be carried out here. */
export function documentToPlan(document: DocumentNode, schema: GraphQLSchema): DocumentNode {
  return withDeferIds(withDistinctAliases(document, schema));
}

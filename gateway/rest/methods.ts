import {
  DirectiveLocation,
  getDirectiveValues,
  GraphQLDirective,
  GraphQLNonNull,
  GraphQLSchema,
  GraphQLString,
  type OperationDefinitionNode,
} from 'graphql';

/** What a route is asked by. HEAD goes with GET. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

const methods: readonly Method[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** `@get(path: "/api/v1/products")` on a query, `@post` and the others on a mutation. */
const directives = methods.map((method) => ({
  method,
  directive: new GraphQLDirective({
    name: method.toLowerCase(),
    locations: [method === 'GET' ? DirectiveLocation.QUERY : DirectiveLocation.MUTATION],
    args: { path: { type: new GraphQLNonNull(GraphQLString) } },
  }),
}));

const names = new Set(directives.map(({ directive }) => directive.name));

/** The schema that operations are written for which say where they are. */
export function withMethods(schema: GraphQLSchema): GraphQLSchema {
  const config = schema.toConfig();
  const own = directives.map(({ directive }) => directive);
  return new GraphQLSchema({ ...config, directives: [...config.directives, ...own] });
}

export function isMethod(directive: string): boolean {
  return names.has(directive);
}

/** How and where an operation is asked for; undefined unless it says so once. */
export function addressOf(
  operation: OperationDefinitionNode,
): { readonly method: Method; readonly path: string } | undefined {
  const [address, ...others] = directives.flatMap(({ method, directive }) => {
    const path = getDirectiveValues(directive, operation)?.['path'];
    return typeof path === 'string' ? [{ method, path }] : [];
  });
  return others.length === 0 ? address : undefined;
}

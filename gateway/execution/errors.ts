import { GraphQLError } from 'graphql';

/** Codes of Apollo's own that say no more than that a subgraph failed. */
const meaningless = new Set<unknown>([undefined, 'DOWNSTREAM_SERVICE_ERROR', 'INVALID_GRAPHQL']);

/** What a subgraph said of a failure, without its name, its stack, and what else is not for clients. */
export function presentable({ message, path, extensions }: SubgraphError): GraphQLError {
  const { code, incident } = extensions ?? {};
  return new GraphQLError(message, {
    path: path ?? null,
    extensions: {
      code: meaningless.has(code) ? 'INTERNAL' : code,
      ...(incident !== undefined && { incident }),
    },
  });
}

/** As the wire has it, or as Apollo's executor made an error of it. */
interface SubgraphError {
  readonly message: string;
  readonly path?: readonly (string | number)[] | undefined;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

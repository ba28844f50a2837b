import { BadInput } from '#errors';

/** A page of a list, as Relay's connections have it. */
export interface Connection<Node> {
  readonly edges: readonly { readonly node: Node; readonly cursor: string }[];
  readonly nodes: readonly Node[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/** Which page is asked for, going forwards. */
export interface PageRequest {
  /** Rows at most. */
  readonly limit: number;
  /** The decoded key after which the page begins. */
  readonly after: string | null;
}

const pageSizeDefault = 20;
const pageSizeMax = 100;

/**
 * Reads `first` and `after`. `list` names the list, so that a cursor from another one is refused.
 * @throws BadInput when `first` is out of 1…100, or `after` is no cursor of this list.
 */
export function pageRequest(
  list: string,
  { first, after }: { readonly first?: number | null; readonly after?: string | null },
): PageRequest {
  const limit = first ?? pageSizeDefault;
  if (limit < 1 || limit > pageSizeMax) {
    throw new BadInput('first', `Give \`first\` from 1 to ${pageSizeMax}.`);
  }
  if (after === null || after === undefined) return { limit, after: null };
  const [name, ...key] = Buffer.from(after, 'base64url').toString().split(' ');
  if (name !== list || key.length === 0) {
    throw new BadInput('after', '`after` is not a cursor of this list: pass one that it gave.');
  }
  return { limit, after: key.join(' ') };
}

/** A page of rows, of which one more than the limit was read when there is a next page. */
export function connection<Node>(
  list: string,
  { limit, after }: PageRequest,
  rows: readonly Node[],
  keyOf: (node: Node) => string,
): Connection<Node> {
  const nodes = rows.slice(0, limit);
  const edges = nodes.map((node) => ({
    node,
    cursor: Buffer.from(`${list} ${keyOf(node)}`).toString('base64url'),
  }));
  return {
    edges,
    nodes,
    pageInfo: {
      hasNextPage: rows.length > limit,
      hasPreviousPage: after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

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

/** Which page is asked for. */
export interface PageRequest {
  /** Rows at most. */
  readonly limit: number;
  /** The decoded key after which the page begins; backwards, before which it ends. */
  readonly after: string | null;
  /** Whether it is the last of its list, or of what is before a key. */
  readonly backwards: boolean;
}

const pageSizeDefault = 20;
const pageSizeMax = 100;

/** As the arguments of a list have it; `last` and `before` where it may be read from its end. */
interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

/**
 * Reads which page is asked for. `list` names the list, so that a cursor from another one is refused.
 * @throws BadInput when a size is out of 1…100, a cursor is not of this list, or both ways are asked for.
 */
export function pageRequest(
  list: string,
  { first = null, after = null, last = null, before = null }: PageArguments,
): PageRequest {
  const backwards = last !== null || before !== null;
  if (backwards && (first !== null || after !== null)) {
    const named = last === null ? 'before' : 'last';
    throw new BadInput(named, 'Give `first` and `after`, or `last` and `before`, but not of both.');
  }
  return backwards
    ? { limit: pageSize('last', last), after: cursorKey(list, 'before', before), backwards }
    : { limit: pageSize('first', first), after: cursorKey(list, 'after', after), backwards };
}

function pageSize(field: string, given: number | null): number {
  const limit = given ?? pageSizeDefault;
  if (limit >= 1 && limit <= pageSizeMax) return limit;
  throw new BadInput(field, `Give \`${field}\` from 1 to ${pageSizeMax}.`);
}

function cursorKey(list: string, field: string, cursor: string | null): string | null {
  if (cursor === null) return null;
  const [name, ...key] = Buffer.from(cursor, 'base64url').toString().split(' ');
  if (name === list && key.length > 0) return key.join(' ');
  throw new BadInput(field, `\`${field}\` is not a cursor of this list: pass one that it gave.`);
}

/**
 * A page of rows, of which one more than the limit was read when there are more that way. Backwards the
 * last of the page was read first.
 */
export function connection<Node>(
  list: string,
  { limit, after, backwards }: PageRequest,
  rows: readonly Node[],
  keyOf: (node: Node) => string,
): Connection<Node> {
  const read = rows.slice(0, limit);
  const nodes = backwards ? read.toReversed() : read;
  const [hasMore, hasOthers] = [rows.length > limit, after !== null];
  const edges = nodes.map((node) => ({
    node,
    cursor: Buffer.from(`${list} ${keyOf(node)}`).toString('base64url'),
  }));
  return {
    edges,
    nodes,
    pageInfo: {
      hasNextPage: backwards ? hasOthers : hasMore,
      hasPreviousPage: backwards ? hasMore : hasOthers,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

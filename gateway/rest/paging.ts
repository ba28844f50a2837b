import { Kind, type FieldNode, type FragmentDefinitionNode, type SelectionNode } from 'graphql';
import type { Parameter } from './parameters.ts';

/** What the parameters of a Relay connection are called; those that a route lacks are undefined. */
export interface Paging {
  readonly after: string;
  readonly first: string | undefined;
  readonly before: string | undefined;
  readonly last: string | undefined;
}

/** How the pages of a field are asked for: it tells of its `pageInfo`, and takes a cursor. */
export function pagingOf(
  parameters: readonly Parameter[],
  root: FieldNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): Paging | undefined {
  const nameOf = (argument: string) =>
    parameters.find((parameter) => parameter.argument === argument)?.name;
  const after = nameOf('after');
  const tellsPages = (selection: SelectionNode): boolean => {
    if (selection.kind === Kind.FIELD) return selection.name.value === 'pageInfo';
    if (selection.kind === Kind.INLINE_FRAGMENT) return false;
    return fragments.get(selection.name.value)?.selectionSet.selections.some(tellsPages) ?? false;
  };
  if (after === undefined || root.selectionSet?.selections.some(tellsPages) !== true) {
    return undefined;
  }
  return { after, first: nameOf('first'), before: nameOf('before'), last: nameOf('last') };
}

interface Page {
  readonly pageInfo?: {
    readonly hasNextPage?: boolean;
    readonly hasPreviousPage?: boolean;
    readonly startCursor?: string | null;
    readonly endCursor?: string | null;
  };
}

/** The `Link` header (RFC 8288) of a page, given its JSON and its address; empty when it is the only one. */
export function linksOf(paging: Paging, json: string, { pathname, searchParams }: URL): string {
  const { pageInfo = {} } = JSON.parse(json) as Page;
  const { hasNextPage, hasPreviousPage, startCursor, endCursor } = pageInfo;
  const { after, before, first, last } = paging;
  const size = (first && searchParams.get(first)) ?? (last && searchParams.get(last)) ?? undefined;

  function link(relation: string, changes: readonly (readonly [string | undefined, unknown])[]) {
    const search = new URLSearchParams(searchParams);
    for (const name of [after, before, first, last]) if (name !== undefined) search.delete(name);
    for (const [name, value] of changes) {
      if (name !== undefined && typeof value === 'string') search.set(name, value);
    }
    const query = search.size === 0 ? '' : `?${search.toString()}`;
    return `<${pathname}${query}>; rel="${relation}"`;
  }

  const isFirst = ![after, before, last].some((name) => name && searchParams.has(name));
  return [
    ...(isFirst ? [] : [link('first', [[first, size]])]),
    ...(hasPreviousPage === true && startCursor != null && before !== undefined
      ? [
          link('prev', [
            [last, size ?? '20'],
            [before, startCursor],
          ]),
        ]
      : []),
    ...(hasNextPage === true && endCursor != null
      ? [
          link('next', [
            [first, size],
            [after, endCursor],
          ]),
        ]
      : []),
  ].join(', ');
}

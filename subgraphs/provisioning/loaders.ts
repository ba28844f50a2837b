import { connection, pageRequest, type Connection } from '#graphql';
import DataLoader from 'dataloader';

/** A page of the children of one parent. */
export interface ChildPage {
  readonly parentId: string;
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

interface PageOfEach {
  readonly parentIds: readonly string[];
  readonly limit: number;
  readonly after: string | null;
}

/** Loads pages of children: the same page of many parents is one query. */
export function childLoader<Child extends { readonly id: string }>(
  list: string,
  find: (page: PageOfEach) => Promise<Child[]>,
  parentOf: (child: Child) => string,
): DataLoader<ChildPage, Connection<Child>> {
  return new DataLoader(
    async (asked) => {
      const groups = Map.groupBy(asked, ({ first, after }) => JSON.stringify([first, after]));
      const pages = new Map<ChildPage, Connection<Child>>();
      await Promise.all(
        [...groups.values()].map(async (group) => {
          const page = pageRequest(list, {
            first: group[0]?.first ?? null,
            after: group[0]?.after ?? null,
          });
          const parentIds = [...new Set(group.map(({ parentId }) => parentId))];
          const { limit, after } = page;
          const found = await find({ parentIds, limit: limit + 1, after });
          const byParent = Map.groupBy(found, parentOf);
          for (const each of group) {
            const children = byParent.get(each.parentId) ?? [];
            pages.set(
              each,
              connection(list, page, children, ({ id }) => id),
            );
          }
        }),
      );
      return asked.map((each) => pages.get(each) ?? new TypeError('a page was not loaded'));
    },
    { cache: false },
  );
}

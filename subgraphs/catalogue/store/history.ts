import type { Principal } from '#auth';
import type { Sql } from '#events';
import { formatId } from '#ids';
import type { Author } from '../domain/author.ts';
import { differenceOf, type ChangePage, type ProductChange } from '../domain/product-change.ts';
import type { ProductRecord } from '../domain/product-record.ts';
import type { Select } from './database.ts';
import { freshUuid, rowsOf, uuidsOf } from './rows.ts';
import { visibleStatuses } from './visibility.ts';

/** What was changed of products, for those who keep the catalogue. Nothing of it is ever changed. */
export interface HistoryStore {
  /** The changes of each page, newest first, in the order of the pages. */
  findChangePages(caller: Principal, pages: readonly ChangePage[]): Promise<ProductChange[][]>;
}

export function createHistoryStore(select: Select): HistoryStore {
  return {
    findChangePages: async (caller, pages) => {
      if (!visibleStatuses(caller).includes('DRAFT')) return pages.map(() => []);
      const rows = await select<ProductChange & { nth: number }>('change-pages', pagesSql, [
        uuidsOf(
          'prd',
          pages.map(({ productId }) => productId),
        ),
        pages.map(({ after }) => after),
        pages.map(({ limit }) => limit),
      ]);
      const nths = pages.map((_page, index) => index + 1);
      return rowsOf(nths, rows, ({ nth }) => nth).map((own) => own.map(toChange));
    },
  };
}

function toChange({ id, at, actor, version, before, after }: ProductChange): ProductChange {
  return { id: formatId('chg', id), at, actor, version, before, after };
}

const pagesSql = `
  select nth::int, change.*
  from unnest($1::uuid[], $2::int[], $3::int[]) with ordinality as page(product, after, size, nth)
  cross join lateral (
    select id, at, actor, version, before, after from history.product_change
    where product_id = product and (page.after is null or version < page.after)
    order by version desc limit size
  ) as change
  order by nth, version desc`;

/** A product's two states, of which the later one has this version. */
export interface ChangedState {
  /** A uuid. */
  readonly productId: string;
  readonly version: number;
  readonly before: ProductRecord | null;
  readonly after: ProductRecord;
}

export async function recordChanges(
  tx: Sql,
  states: readonly ChangedState[],
  { actor, now }: Author,
): Promise<void> {
  const rows = states.map(({ productId, version, before, after }) => ({
    id: freshUuid('chg', now),
    product_id: productId,
    version,
    ...(differenceOf(before, after) ?? { before: {}, after: {} }),
  }));
  await tx.$queryRawUnsafe(
    `insert into history.product_change (id, product_id, version, at, actor, before, after)
     select id, product_id, version, $2::timestamptz, $3, before, after
     from jsonb_to_recordset($1::jsonb)
       as change(id uuid, product_id uuid, version int, before jsonb, after jsonb)`,
    JSON.stringify(rows),
    now.toISOString(),
    actor,
  );
}

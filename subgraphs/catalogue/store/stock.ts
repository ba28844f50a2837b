import type { Sql } from '#events';
import { formatId } from '#ids';
import type { StockNews } from '../domain/stock-news.ts';
import { holdCategories } from './hold-categories.ts';
import type { SavedProduct } from './saving.ts';

/**
 * Keeps what is news of the variants' stock, and tells of which there is some now, or none any more, by
 * product. What is older than what is known, or of no variant, is no news.
 */
export async function saveStock(tx: Sql, news: readonly StockNews[]): Promise<SavedProduct[]> {
  const skus = news.map(({ sku }) => sku);
  // Whoever moves a category makes the facts of its products anew, stock among them.
  await holdCategories(tx, 'as they are');
  // In the order in which those who save products hold them, so that nobody blocks another.
  await tx.$queryRawUnsafe(
    `select from product where id in (select product_id from variant where sku = any($1))
     order by slug for no key update`,
    skus,
  );
  const turned = await tx.$queryRawUnsafe<TurnedProduct[]>(
    `with saved as (
       update variant set in_stock = told.in_stock, stock_version = told.version
       from unnest($1::text[], $2::int[], $3::boolean[]) as told(sku, version, in_stock)
       where variant.sku = told.sku and stock_version < told.version
       returning product_id, variant.sku, old.in_stock <> new.in_stock as is_turned
     )
     select product.id as uuid, slug, array_agg(sku order by sku) as skus
     from saved join product on product.id = product_id where is_turned
     group by product.id order by slug`,
    skus,
    news.map(({ version }) => version),
    news.map(({ inStock }) => inStock),
  );
  if (turned.length === 0) return [];
  await tx.$queryRawUnsafe(
    'select index_stock($1::uuid[])::text',
    turned.map(({ uuid }) => uuid),
  );
  return turned.map(({ uuid, slug, skus }) => ({ id: formatId('prd', uuid), slug, skus }));
}

interface TurnedProduct {
  readonly uuid: string;
  readonly slug: string;
  readonly skus: readonly string[];
}

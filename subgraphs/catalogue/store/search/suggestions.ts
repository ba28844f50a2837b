import type { Principal } from '#auth';
import type { Suggestion } from '../../domain/product-matches.ts';
import { telling } from '../../domain/search.ts';
import type { Select } from '../database.ts';
import { productColumns, toProduct, type ProductRow } from '../products.ts';
import { visibleStatuses } from '../visibility.ts';
import { nameTsquery } from './full-text.ts';
import { understand } from './terms.ts';

/** Of a list, at most. */
const brandsMax = 3;

/** Brands that begin so, then products that have the words in their name: the shortest is met most fully. */
export async function findSuggestions(
  select: Select,
  caller: Principal,
  typed: string,
  limit: number,
): Promise<Suggestion[]> {
  const meant = await understand(select, telling(typed, 'prefix'));
  const terms = meant.filter((words) => words.length > 0);
  if (terms.length === 0) return [];
  const visible = visibleStatuses(caller);
  const [brands, products] = await Promise.all([
    suggestBrands(select, caller, typed),
    select<ProductRow>('suggested-products', productsSql, [visible, nameTsquery(terms), limit]),
  ]);
  const named = products.map((row) => ({ text: row.name, product: toProduct(row) }));
  return [...brands.map((text) => ({ text, product: null })), ...named].slice(0, limit);
}

/** The brands that begin so, of products that the caller may see; the shortest first. */
export async function suggestBrands(
  select: Select,
  caller: Principal,
  typed: string,
): Promise<string[]> {
  const values = [visibleStatuses(caller), typed.trim()];
  const brands = await select<{ text: string }>('suggested-brands', brandsSql, values);
  return brands.map(({ text }) => text);
}

const brandsSql = `
  select value as text from fact
  where source = 'BRAND' and starts_with(lower(value), lower($2))
    and exists (
      select from product
      where facts && array[fact.id] and status = any($1::product_status[])
    )
  order by length(value), value limit ${brandsMax}`;

const productsSql = `
  select ${productColumns} from product
  where search @@ $2::tsquery and status = any($1::product_status[])
  order by length(name), sort_key, id limit $3::int`;

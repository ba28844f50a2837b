import type { Principal } from '#auth';
import { rowKey } from '#ids';
import { BadInput } from '#errors';
import type { Place } from '../domain/place.ts';
import type { Product } from '../domain/product.ts';
import type { MeantTerms, ProductSort } from '../domain/search.ts';
import type { Select } from './database.ts';
import { exactTsquery, tsquery } from './full-text.ts';
import { productColumns, toProduct, type ProductRow } from './products.ts';
import { visibleStatuses } from './visibility.ts';

export interface SearchStore {
  /** At most `limit` products that the caller may see, in order, after the place where a page ended. */
  searchProducts(
    caller: Principal,
    asked: AskedProducts,
    after: Place | null,
    limit: number,
  ): Promise<FoundProduct[]>;
  countProducts(caller: Principal, terms: MeantTerms | null): Promise<number>;
  /** For each of the terms that no product is found by, even as a beginning, the terms most like it. */
  findSimilarTerms(terms: readonly string[]): Promise<{ term: string; similar: string[] }[]>;
}

export interface AskedProducts {
  /** Null asks for all. */
  readonly terms: MeantTerms | null;
  /** RELEVANCE only with terms. */
  readonly order: ProductSort;
}

export interface FoundProduct {
  readonly product: Product;
  readonly place: Place;
}

/** Near in letters need not be near in trigrams: `lagre` shares a fifth of them with `large`. */
const similarMax = 100;

export function createSearchStore(select: Select): SearchStore {
  return {
    searchProducts: async (caller, asked, after, limit) => {
      const { name, text, values } = pageStatement(caller, asked, after, limit);
      const rows = await select<ProductRow & Omit<Place, 'id'>>(name, text, values);
      return rows.map(({ score, sortKey, ...row }) => {
        const product = toProduct(row);
        return { product, place: { score, sortKey, id: product.id } };
      });
    },
    countProducts: async (caller, terms) => {
      const { matches, values } = matching(caller, terms);
      const [row] = await select<{ count: number }>(
        `count-products:${terms === null ? 'all' : 'found'}`,
        `select count(*)::int as count from product where ${matches}`,
        values,
      );
      return row?.count ?? 0;
    },
    findSimilarTerms: async (terms) =>
      await select(
        'similar-terms',
        `select term, array(
           select known.term from search_term as known
           order by known.term <-> asked.term limit ${similarMax}
         ) as similar
         from unnest($1::text[]) as asked(term)
         where not exists (
           select from search_term as known
           where known.term >= asked.term and known.term < asked.term || chr(1114111)
         )`,
        [terms],
      ),
  };
}

function pageStatement(
  caller: Principal,
  { terms, order }: AskedProducts,
  after: Place | null,
  limit: number,
) {
  const { matches, values, value } = matching(caller, terms);
  const score = order === 'RELEVANCE' ? scoreOf(terms ?? [], value) : '0';
  const { condition, by } = orders[order](after, value);
  return {
    name: `products:${order}:${terms === null ? 'all' : 'found'}`,
    text: `
      select ${productColumns}, sort_key as "sortKey", score
      from (select *, (${score})::float8 as score from product where ${matches}) as matching
      where ${condition} order by ${by} limit ${value(limit, 'int')}`,
    values,
  };
}

/** Adds a value to the statement's, and says how its text names it. */
type Value = (content: unknown, type: string) => string;

/** The condition that the products of a list meet, with the values that it names. */
function matching(caller: Principal, terms: MeantTerms | null) {
  const values: unknown[] = [];
  const value: Value = (content, type) => `$${values.push(content)}::${type}`;
  const visible = `status = any(${value(visibleStatuses(caller), 'product_status[]')})`;
  if (terms === null) return { matches: visible, values, value };
  const found = `search @@ ${value(tsquery(terms), 'tsquery')}`;
  return { matches: `${visible} and ${found}`, values, value };
}

/** By the weight and nearness of the terms, and by those met exactly; a short name is met more fully. */
function scoreOf(terms: MeantTerms, value: Value): string {
  const weights = `'{0.1, 0.2, 0.4, 1}'`;
  const near = `ts_rank_cd(${weights}, search, ${value(tsquery(terms), 'tsquery')}, 32)`;
  const exact = `ts_rank(${weights}, search, ${value(exactTsquery(terms), 'tsquery')})`;
  return `(${near} + ${exact}) * (1 + 1.0 / length(name))`;
}

/** What comes after a place, or from the beginning, in a unique order. */
const orders: Record<
  ProductSort,
  (after: Place | null, value: Value) => { condition: string; by: string }
> = {
  NAME: (after, value) => ({ condition: laterName(after, value), by: 'sort_key, id' }),
  NEWEST: (after, value) => ({
    condition: `id < ${value(uuidOf(after) ?? lastUuid, 'uuid')}`,
    by: 'id desc',
  }),
  RELEVANCE: (after, value) => {
    const score = value(after?.score ?? Infinity, 'float8');
    return {
      condition: `score < ${score} or (score = ${score} and ${laterName(after, value)})`,
      by: 'score desc, sort_key, id',
    };
  },
};

function laterName(after: Place | null, value: Value): string {
  const sortKey = value(after?.sortKey ?? '', 'text');
  return `(sort_key, id) > (${sortKey}, ${value(uuidOf(after) ?? firstUuid, 'uuid')})`;
}

const firstUuid = '00000000-0000-0000-0000-000000000000';
const lastUuid = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

function uuidOf(after: Place | null): string | undefined {
  if (after === null) return undefined;
  const key = rowKey('prd', after.id);
  if (key !== undefined) return key.id;
  throw new BadInput('after', '`after` is not a cursor of this list: pass one that it gave.');
}

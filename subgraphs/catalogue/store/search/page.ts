import { rowKey } from '#ids';
import type { Place } from '../../domain/place.ts';
import type { FoundProduct, SearchPage } from '../../domain/product-matches.ts';
import { checkRanking } from '../../domain/ranking.ts';
import type { ProductSort } from '../../domain/search.ts';
import { productColumns, toProduct, type ProductRow } from '../products.ts';
import type { Select } from '../database.ts';
import {
  baseCondition,
  holdsCondition,
  matchCondition,
  offerCondition,
  planning,
  shapeOf,
  type FactIds,
  type PreparedSearch,
} from './conditions.ts';
import type { Evaluation } from './evaluation.ts';
import { exactTsquery, tsquery } from './full-text.ts';
import { statementValues, type Value } from './statement.ts';

/** One page of the products that match, in order; memory says where facts or prices are compared. */
export async function findPage(
  select: Select,
  prepared: PreparedSearch,
  page: SearchPage,
  evaluation: Pick<Evaluation, 'sets' | 'candidatesFor'> | null,
): Promise<FoundProduct[]> {
  const { order } = prepared.asked;
  checkRanking(page, order, 'postgres');
  const sets = evaluation?.sets ?? [];
  const candidates = evaluation?.candidatesFor(page) ?? null;
  if (candidates?.length === 0) return [];
  const { values, value } = statementValues();
  const { from, backwards, limit } = page;
  const condition =
    candidates === null
      ? matchCondition(prepared, sets, value)
      : `${isAmong(candidates, value)} and ${baseCondition(prepared, value)}`;
  const steps = backwards ? orders[order].map(turned) : orders[order];
  const text = `
    select ${productColumns}, sort_key as "sortKey", score, amount::text as amount
    from (
      select product.*, ${scoreOf(prepared, value)} as score, ${priceOf(prepared)} as amount
      from product ${pricing(prepared, sets, value)}
      where ${condition}
    ) as matching
    ${from === null ? '' : `where ${beyond(steps, from, value)}`}
    order by ${steps.map(({ column, way }) => `matching.${column} ${way}`).join(', ')}
    limit ${value(limit, 'int')}`;
  const side = `${backwards ? ':backwards' : ''}${from === null ? '' : ':beyond'}`;
  const way = candidates === null ? '' : ':among';
  const name = `products:${order}:${shapeOf(prepared)}${side}${way}`;
  const planned = candidates === null ? planning(prepared) : 'each time';
  const rows = await select<ProductRow & Omit<Place, 'id' | 'engine'>>(name, text, values, planned);
  return rows.map(({ score, amount, sortKey, ...row }) => {
    const product = toProduct(row);
    return { product, place: { score, amount, sortKey, id: product.id, engine: 'postgres' } };
  });
}

/** An array, so that they are looked up one by one. */
function isAmong(numbers: readonly number[], value: Value): string {
  return `product.id = any(array(
    select product_id from product_number where number = any(${value(numbers, 'int[]')})
  ))`;
}

/** By which columns a list is ordered, to a unique one. */
const orders: Record<ProductSort, readonly Step[]> = {
  NAME: [step('sort_key', 'asc'), step('id', 'asc')],
  NEWEST: [step('id', 'desc')],
  RELEVANCE: [step('score', 'desc'), step('sort_key', 'asc'), step('id', 'asc')],
  PRICE_ASC: [step('amount', 'asc'), step('sort_key', 'asc'), step('id', 'asc')],
  PRICE_DESC: [step('amount', 'desc'), step('sort_key', 'asc'), step('id', 'asc')],
};

interface Step {
  readonly column: 'sort_key' | 'id' | 'score' | 'amount';
  readonly way: 'asc' | 'desc';
}

function step(column: Step['column'], way: Step['way']): Step {
  return { column, way };
}

function turned({ column, way }: Step): Step {
  return { column, way: way === 'asc' ? 'desc' : 'asc' };
}

/** What comes after a place in that order. Columns that go the same way are compared as one: an index can do that. */
function beyond([first, ...rest]: readonly Step[], place: Place, value: Value): string {
  if (first === undefined) return 'false';
  const same = [first];
  while (rest[0]?.way === first.way) same.push(...rest.splice(0, 1));
  const here = same.map(({ column }) => placed(column, place, value)).join(', ');
  const columns = same.map(({ column }) => column).join(', ');
  const later = `(${columns}) ${first.way === 'asc' ? '>' : '<'} (${here})`;
  if (rest.length === 0) return later;
  return `(${later} or ((${columns}) = (${here}) and ${beyond(rest, place, value)}))`;
}

function placed(column: Step['column'], { score, amount, sortKey, id }: Place, value: Value) {
  if (column === 'score') return value(score, 'float8');
  if (column === 'amount') return value(amount, 'float8');
  // What is no id of a product comes before all that are.
  return column === 'id'
    ? value(rowKey('prd', id)?.id ?? firstUuid, 'uuid')
    : value(sortKey, 'text');
}

const firstUuid = '00000000-0000-0000-0000-000000000000';

/** By the weight and nearness of the terms, and by those met exactly; a short name is met more fully. */
function scoreOf({ asked, terms }: PreparedSearch, value: Value): string {
  if (asked.order !== 'RELEVANCE' || terms === null) return '0::float8';
  const weights = `'{0.1, 0.2, 0.4, 1}'`;
  const near = `ts_rank_cd(${weights}, search, ${value(tsquery(terms), 'tsquery')}, 32)`;
  const exact = `ts_rank(${weights}, search, ${value(exactTsquery(terms), 'tsquery')})`;
  return `((${near} + ${exact}) * (1 + 1.0 / length(name)))::float8`;
}

/** The least price of the variants that count, or the greatest where the dearest come first; without any, the product is last. */
function pricing(prepared: PreparedSearch, sets: FactIds, value: Value): string {
  if (!isByPrice(prepared)) return '';
  const best = prepared.asked.order === 'PRICE_ASC' ? 'min' : 'max';
  return `cross join lateral (
    select ${best}(offer.amount) as amount from offer
    where offer.product_id = product.id
      and ${offerCondition(prepared, sets, value)} and ${holdsCondition(prepared, value)}
  ) as best`;
}

function priceOf(prepared: PreparedSearch): string {
  if (!isByPrice(prepared)) return '0::float8';
  const last = prepared.asked.order === 'PRICE_ASC' ? 'Infinity' : '-Infinity';
  // In the numbers that every engine has, so that a place is one to all of them.
  return `coalesce(best.amount::float8, '${last}')`;
}

function isByPrice({ asked: { order } }: PreparedSearch): boolean {
  return order === 'PRICE_ASC' || order === 'PRICE_DESC';
}

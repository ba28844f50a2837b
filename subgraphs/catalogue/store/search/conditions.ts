import type { Principal } from '#auth';
import { isOfVariants } from '../../domain/filter.ts';
import type { ProductStatus } from '../../domain/product.ts';
import type { MeantTerms, ProductSearch } from '../../domain/search.ts';
import { uuidsOf } from '../rows.ts';
import { visibleStatuses } from '../visibility.ts';
import { tsquery } from './full-text.ts';
import type { Value } from './statement.ts';

/** A search whose words have been looked up. */
export interface PreparedSearch {
  readonly caller: Principal;
  readonly asked: ProductSearch;
  /** What each of its terms stands for; none where nothing is like it. */
  readonly meant: MeantTerms;
  /** Those that stand for something; null without a query. */
  readonly terms: MeantTerms | null;
  /** When prices must hold. */
  readonly now: Date;
}

/** For each filter by facts, the ids of the facts that meet it, in ascending order. */
export type FactIds = readonly (readonly number[])[];

/** The statuses that the caller may see, and asks for. */
export function wantedStatuses({ caller, asked }: PreparedSearch): ProductStatus[] {
  const { statuses } = asked.filter;
  return visibleStatuses(caller).filter((status) => statuses?.includes(status) ?? true);
}

/** Whether the list is narrowed by more than status, facts and price. */
export function isNarrowed({ asked, terms }: PreparedSearch): boolean {
  return asked.filter.ids !== null || asked.filter.slugs !== null || terms !== null;
}

/** What products of the list are whatever facts they are filtered by: an expression over `product`. */
export function baseCondition(prepared: PreparedSearch, value: Value): string {
  const { asked, terms } = prepared;
  const { ids, slugs } = asked.filter;
  return [
    `product.status = any(${value(wantedStatuses(prepared), 'product_status[]')})`,
    ...(ids === null ? [] : [`product.id = any(${value(uuidsOf('prd', ids), 'uuid[]')})`]),
    ...(slugs === null ? [] : [`product.slug = any(${value(slugs, 'text[]')})`]),
    ...(terms === null ? [] : [`product.search @@ ${value(tsquery(terms), 'tsquery')}`]),
  ].join(' and ');
}

/** What the variants that count are: an expression over `offer`. */
export function offerCondition(prepared: PreparedSearch, sets: FactIds, value: Value): string {
  const { asked } = prepared;
  const conditions = variantSets(asked, sets).map((ids) => `offer.facts && ${value(ids, 'int[]')}`);
  if (asked.filter.price !== null) {
    conditions.push(holdsCondition(prepared, value), boundsCondition(prepared, value));
  }
  return ['true', ...conditions].join(' and ');
}

/** That an offer holds now, in the search's currency: an expression over `offer`. */
export function holdsCondition({ asked, now }: PreparedSearch, value: Value): string {
  const at = value(now, 'timestamptz');
  const inCurrency = `offer.currency = ${value(asked.currency, 'char(3)')}`;
  return `${inCurrency} and offer.valid_from <= ${at} and offer.valid_until > ${at}`;
}

/** That its price is within the filter's bounds. */
function boundsCondition({ asked }: PreparedSearch, value: Value): string {
  const { min = null, max = null } = asked.filter.price ?? {};
  return [
    'offer.amount is not null',
    ...(min === null ? [] : [`offer.amount >= ${value(min, 'numeric')}`]),
    ...(max === null ? [] : [`offer.amount <= ${value(max, 'numeric')}`]),
  ].join(' and ');
}

/**
 * That one variant meets all filters by options, stock and price: an expression over `product`. Where one
 * such fact alone is asked for, or tells its variants apart, the product's own facts say it.
 */
function variantCondition(prepared: PreparedSearch, sets: FactIds, value: Value): string | null {
  const { asked } = prepared;
  const isPriced = asked.filter.price !== null;
  if (!isPriced && variantSets(asked, sets).length < 2) return null;
  const met = `exists (
    select from offer
    where offer.product_id = product.id and ${offerCondition(prepared, sets, value)}
  )`;
  return isPriced ? met : `(product.option_count < 2 or ${met})`;
}

/** All that products of the list are: an expression over `product`. */
export function matchCondition(prepared: PreparedSearch, sets: FactIds, value: Value): string {
  const variants = variantCondition(prepared, sets, value);
  return [
    baseCondition(prepared, value),
    ...sets.map((ids) => `product.facts && ${value(ids, 'int[]')}`),
    ...(variants === null ? [] : [variants]),
  ].join(' and ');
}

/** Those of the filters that one variant has to meet. */
function variantSets({ filter }: ProductSearch, sets: FactIds): FactIds {
  const ofVariants = filter.facts.map(({ source }) => isOfVariants(source));
  return sets.filter((_ids, index) => ofVariants[index]);
}

/** Names a statement by all that its text depends on; PostgreSQL reads 63 characters of a name. */
export function shapeOf({ asked, terms }: PreparedSearch): string {
  const { ids, slugs, facts, price } = asked.filter;
  const ofVariants = facts.filter(({ source }) => isOfVariants(source));
  const parts = [
    terms === null ? 'all' : 'found',
    ids && 'ids',
    slugs && 'slugs',
    facts.length > 0 && `f${facts.length}-${ofVariants.length}`,
    price && `p${price.min === null ? '' : '-min'}${price.max === null ? '' : '-max'}`,
  ];
  return parts.filter((part) => typeof part === 'string').join(':');
}

/** A filter that hardly any product passes is looked up in an index; one that most pass is not. */
export function planning({ asked: { filter } }: PreparedSearch): 'once' | 'each time' {
  return filter.facts.length > 0 || filter.price !== null ? 'each time' : 'once';
}

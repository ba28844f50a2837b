import { formatId } from '#ids';
import { facetsOf, type Facet, type FactCount } from '../../domain/facet.ts';
import { isOfVariants, type FactFilter } from '../../domain/filter.ts';
import type { Select } from '../database.ts';
import {
  baseCondition,
  boundsCondition,
  holdsCondition,
  shapeOf,
  type PreparedSearch,
} from './conditions.ts';
import { statementValues, type Value } from './statement.ts';

/**
 * Counts in one pass. A product fails some of the filters: one that fails none counts in every facet,
 * one that fails a single filter only in the facet of that name. So does a variant in the facets of
 * options and price; where one fact alone tells a product's variants apart, the product says it all.
 */
export async function countFacets(
  select: Select,
  prepared: PreparedSearch,
  names: readonly string[] | null,
): Promise<Facet[]> {
  const { values, value } = statementValues();
  const text = facetsText(prepared, value, names);
  const rows = await select<FacetRow>(`facets:${shapeOf(prepared)}`, text, values, 'each time');
  const filters = prepared.sets.map(({ filter }) => filter);
  const isWanted = ({ name }: FactFilter) => names?.includes(name) ?? true;
  const facets = facetsOf(rows.filter(isCount).map(shown), filters.filter(isWanted));
  const price = rows.find((row) => !isCount(row));
  if (price?.min == null) return facets;
  const { name, label, min, max } = price;
  return [...facets, { name, label, values: [], min, max }];
}

interface FacetRow extends Omit<FactCount, 'source'> {
  readonly source: FactCount['source'] | 'PRICE';
  /** Of prices alone. */
  readonly min: number | null;
  readonly max: number | null;
}

function isCount(row: FacetRow): row is FacetRow & FactCount {
  return row.source !== 'PRICE';
}

/** Categories are told by their ids. */
function shown(count: FactCount): FactCount {
  return count.source === 'CATEGORY' ? { ...count, value: formatId('cat', count.value) } : count;
}

function wantsPrice(names: readonly string[] | null): boolean {
  return names?.includes('price') ?? true;
}

function facetsText(
  prepared: PreparedSearch,
  value: Value,
  names: readonly string[] | null,
): string {
  const isPriced = prepared.asked.filter.price !== null;
  const filters = prepared.sets.map(({ filter, ids }, index) => ({
    bit: 1 << index,
    ofVariants: isOfVariants(filter.source),
    ids: value(ids, 'int[]'),
    own: `(select own from named where nth = ${index + 1})`,
  }));
  const options = filters.filter(({ ofVariants }) => ofVariants);
  const others = filters.filter(({ ofVariants }) => !ofVariants);
  const priceBit = isPriced ? 1 << filters.length : 0;
  const isDeep = isPriced ? 'true' : options.length > 0 ? 'product.option_count > 1' : 'false';
  const holds = holdsCondition(prepared, value);
  const within = isPriced ? `${holds} and ${boundsCondition(prepared, value)}` : 'true';

  return `
    with named as materialized (
      select nth, array(
        select id from fact where fact.source = asked.source and fact.name = asked.name order by id
      ) as own
      from unnest(
        ${value(
          prepared.sets.map(({ filter }) => filter.source),
          'fact_source[]',
        )},
        ${value(
          prepared.sets.map(({ filter }) => filter.name),
          'text[]',
        )}
      ) with ordinality as asked(source, name, nth)
    ), candidate as materialized (
      select id, facts, ${isDeep} as deep, ${failing(filters, 'product.facts')} as failed
      from product where ${baseCondition(prepared, value)}
    ), near as materialized (
      select * from candidate where ${atMostOne('failed')}
    ), sold as materialized (
      select near.id, offer.facts, case when ${holds} then offer.amount end as amount,
        near.failed & ${bitsOf(others)} | ${failing(options, 'offer.facts')}
          | case when ${within} then 0 else ${priceBit} end as failed
      from near join offer on offer.product_id = near.id
      where near.deep
    ), met as (
      select id, bool_or(failed = 0) as whole,
        bit_or(failed) filter (where ${atMostOne('failed')}) as failed
      from sold group by id
    ), hit as materialized (
      select id, facts, failed, deep from near where not deep
      union all
      select near.id, near.facts, way.failed, true
      from met join near using (id)
      cross join unnest('{${[0, ...others.map(({ bit }) => bit)].join()}}'::int[]) as way(failed)
      where case when whole then way.failed = 0 else met.failed & way.failed <> 0 end
    ), counted as (
      select deep, fact, count(*) as count
      from hit cross join unnest(${countedFacts(filters)}) as fact
      group by deep, fact
      union all
      select null, fact, count(distinct id)
      from sold cross join unnest(${countedFacts(options)}) as fact
      group by fact
    )
    select source::text, name, label, value,
      case source when 'CATEGORY' then (select category.name from category where id = fact.value::uuid)
      end as "valueLabel", number, unit, sum(count)::int as count,
      null::float8 as min, null::float8 as max
    from counted join fact on fact.id = counted.fact
    where source <> 'STOCK' and (deep is not true or source <> 'OPTION')
      ${names === null ? '' : `and name = any(${value(names, 'text[]')})`}
    group by fact.id
    ${wantsPrice(names) ? `union all ${pricesText(options, holds, priceBit)}` : ''}`;
}

interface FilterBit {
  /** Set in `failed` where the filter is not met. */
  readonly bit: number;
  /** The numbers of the facts that meet it, and of all of its name. */
  readonly ids: string;
  readonly own: string;
}

function failing(filters: readonly FilterBit[], facts: string): string {
  const bits = filters.map(({ bit, ids }) => `case when ${facts} && ${ids} then 0 else ${bit} end`);
  return ['0', ...bits].join(' | ');
}

function bitsOf(filters: readonly FilterBit[]): number {
  return filters.reduce((bits, { bit }) => bits | bit, 0);
}

function atMostOne(bits: string): string {
  return `${bits} & (${bits} - 1) = 0`;
}

/** All facts of what meets every filter; of what fails one, those of its name. */
function countedFacts(filters: readonly FilterBit[]): string {
  const own = filters.map(({ bit, own }) => `when ${bit} then facts & ${own}`);
  return `case failed when 0 then facts ${own.join(' ')} end`;
}

/** The least and the greatest price of the variants that meet all else. */
function pricesText(options: readonly FilterBit[], holds: string, priceBit: number): string {
  const met = options.map(({ ids }) => `and offer.facts && ${ids}`).join(' ');
  return `
    select 'PRICE', 'price', 'Price', '', null, null, null, 0, min(amount)::float8, max(amount)::float8
    from (
      select amount from sold where failed in (0, ${priceBit})
      union all
      select offer.amount from near join offer on offer.product_id = near.id
      where not near.deep and near.failed = 0 ${met} and ${holds}
    ) as priced`;
}

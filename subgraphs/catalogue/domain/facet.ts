import type { FactFilter, FactSource } from './filter.ts';

/** How many of the matching products have each value of a name, without the filter by that name. */
export interface Facet {
  readonly name: string;
  readonly label: string;
  readonly values: readonly FacetValue[];
  /** The least and the greatest, of numbers and prices. */
  readonly min: number | null;
  readonly max: number | null;
}

export interface FacetValue {
  readonly value: string;
  readonly label: string;
  readonly count: number;
  /** Whether it is one of those that the products are filtered by. */
  readonly selected: boolean;
}

/** How many products have one value. */
export interface FactCount {
  readonly source: FactSource;
  readonly name: string;
  readonly label: string;
  readonly value: string;
  /** Of the value, for people; null where it says itself. */
  readonly valueLabel: string | null;
  readonly number: number | null;
  readonly unit: string | null;
  readonly count: number;
}

/** Of each facet, those that most products have. */
const valuesMax = 200;

/**
 * The counts by name; numbers ascend, other values begin with the most common. What is filtered by is
 * there even if nothing has it.
 */
export function facetsOf(counts: readonly FactCount[], filters: readonly FactFilter[]): Facet[] {
  const shown = filters.filter(({ source }) => source !== 'STOCK'); // which is filtered by, but not counted
  const all = [...counts, ...shown.flatMap((filter) => uncounted(filter, counts))];
  const groups = Map.groupBy(all, ({ source, name }) => `${source} ${name}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    return [
      facet(
        first,
        group,
        filters.find((filter) => isOf(first, filter)),
      ),
    ];
  });
}

function uncounted(filter: FactFilter, counts: readonly FactCount[]): FactCount[] {
  const { source, name, anyOf } = filter;
  const own = counts.filter((fact) => isOf(fact, filter));
  const wanted = new Set(anyOf.flatMap(({ in: values }) => values ?? []));
  for (const { value } of own) wanted.delete(value);
  return [...wanted]
    .filter((value) => !own.some(({ number }) => number === Number(value)))
    .map((value) => ({
      source,
      name,
      label: own[0]?.label ?? name,
      value,
      valueLabel: null,
      number: null,
      unit: null,
      count: 0,
    }));
}

function isOf(fact: FactCount, { source, name }: FactFilter): boolean {
  return source === fact.source && name === fact.name;
}

function facet(
  { name, label }: FactCount,
  counts: readonly FactCount[],
  filter: FactFilter | undefined,
): Facet {
  const common = counts.toSorted(byCount).slice(0, valuesMax);
  const numbers = counts.flatMap(({ number }) => (number === null ? [] : [number]));
  const values = common.toSorted(byNumber).map((fact) => ({
    value: fact.value,
    label: labelOf(fact),
    count: fact.count,
    selected: filter?.anyOf.some((choice) => isChosen(fact, choice)) ?? false,
  }));
  return {
    name,
    label,
    values,
    min: numbers.length > 0 ? Math.min(...numbers) : null,
    max: numbers.length > 0 ? Math.max(...numbers) : null,
  };
}

/** Whether a value meets one of a filter's choices. */
function isChosen(
  { value, number }: FactCount,
  { in: values, min, max }: FactFilter['anyOf'][number],
): boolean {
  const isListed =
    values === null ||
    values.includes(value) ||
    (number !== null && values.map(Number).includes(number));
  if (!isListed) return false;
  return (min === null || (number ?? NaN) >= min) && (max === null || (number ?? NaN) <= max);
}

function labelOf({ source, value, valueLabel, unit }: FactCount): string {
  if (valueLabel !== null) return valueLabel;
  if (source === 'KIND') return value.charAt(0) + value.slice(1).toLowerCase();
  return unit === null ? value : `${value} ${unit}`;
}

function byCount(left: FactCount, right: FactCount): number {
  return right.count - left.count || (left.value < right.value ? -1 : 1);
}

function byNumber(left: FactCount, right: FactCount): number {
  return (left.number ?? Infinity) - (right.number ?? Infinity) || 0;
}

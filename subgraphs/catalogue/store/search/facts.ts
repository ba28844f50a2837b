import { BadInput } from '#errors';
import type { FactFilter } from '../../domain/filter.ts';
import { nearestTerms } from '../../domain/typing-errors.ts';
import type { Select } from '../database.ts';
import { uuidsOf } from '../rows.ts';

/** A filter, with the numbers of the values that meet it. */
export interface FactSet {
  readonly filter: FactFilter;
  /** In ascending order. */
  readonly ids: readonly number[];
}

/** @throws BadInput for a characteristic or option that nothing has, or bounds of what is no number. */
export async function findFacts(
  select: Select,
  filters: readonly FactFilter[],
): Promise<FactSet[]> {
  if (filters.length === 0) return [];
  const choices = filters.flatMap(({ source, anyOf }, index) =>
    anyOf.map((choice) => ({ ...choice, in: keptValues(source, choice.in), nth: index + 1 })),
  );
  const rows = await select<FactRow>('facts', factsSql, [
    filters.map(({ source }) => source),
    filters.map(({ name }) => name),
    JSON.stringify(
      choices.map(({ in: values, ...choice }) => ({
        ...choice,
        values,
        numbers: values?.map(Number).filter((number) => Number.isFinite(number)) ?? null,
      })),
    ),
  ]);
  return filters.map((filter, index) => {
    const row = rows[index];
    if (!row?.known) refuseName(filter, row?.names ?? []);
    if (!row?.numeric && filter.anyOf.some(({ min, max }) => min !== null || max !== null)) {
      const { name, field } = filter;
      throw new BadInput(field, `\`${field}\`: ${name} is no number; filter it by \`in\`.`);
    }
    return { filter, ids: row?.ids ?? [] };
  });
}

/** Categories are kept by their uuids. */
function keptValues(source: FactFilter['source'], values: readonly string[] | null) {
  return source === 'CATEGORY' && values !== null
    ? uuidsOf('cat', values).map((uuid) => uuid ?? '')
    : values;
}

interface FactRow {
  readonly known: boolean;
  readonly numeric: boolean;
  readonly ids: number[];
  /** All that there are, when this one is not known. */
  readonly names: string[] | null;
}

const named = `from fact where fact.source = asked.source and fact.name = asked.name`;

const factsSql = `
  select
    exists (select ${named}) as known,
    exists (select ${named} and number is not null) as numeric,
    array(
      select id ${named} and exists (
        select from jsonb_to_recordset($3::jsonb) as choice(
          nth int, values jsonb, numbers jsonb, min float8, max float8
        )
        where choice.nth = asked.nth
          and (choice.values is null or choice.values ? value or choice.numbers @> to_jsonb(number))
          and (choice.min is null or number >= choice.min)
          and (choice.max is null or number <= choice.max)
      )
      order by id
    ) as ids,
    case when not exists (select ${named})
      then array(select distinct fact.name from fact where fact.source = asked.source)
    end as names
  from unnest($1::fact_source[], $2::text[]) with ordinality as asked(source, name, nth)
  order by asked.nth`;

/** The kinds, brands and categories of other products are no fault of the caller's; a name that there isn't, is. */
function refuseName({ source, name, field }: FactFilter, names: readonly string[]): void {
  if (source !== 'CHARACTERISTIC' && source !== 'OPTION') return;
  const what = source === 'OPTION' ? 'option' : 'characteristic';
  const near = nearestTerms(
    name.toLowerCase(),
    names.map((known) => known.toLowerCase()),
  );
  const meant = names.filter((known) => near.includes(known.toLowerCase()));
  const hint = meant.length > 0 ? `did you mean ${meant.join(' or ')}?` : 'take it from `facets`.';
  throw new BadInput(
    `${field}.name`,
    `\`${field}.name\`: no product has the ${what} ${name}; ${hint}`,
  );
}

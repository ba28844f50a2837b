import type { Select } from '../../database.ts';

/** A product as it is kept in the index. */
export interface ProductDocument {
  readonly id: string;
  readonly slug: string;
  readonly status: string;
  readonly sortKey: string;
  readonly nameLength: number;
  readonly brevity: number;
  readonly terms: readonly string[];
  readonly nameTerms: readonly string[];
  readonly factTerms: readonly string[];
  readonly codeTerms: readonly string[];
  readonly told: string;
  readonly facts: readonly string[];
  readonly optionCount: number;
  readonly offers: readonly OfferDocument[];
}

interface OfferDocument {
  readonly currency: string;
  readonly from: number;
  readonly until: number;
  readonly facts: readonly string[];
  readonly amount: number | null;
}

/** Those of the products that there are, as they are now. */
export async function readDocuments(
  select: Select,
  uuids: readonly string[],
): Promise<ProductDocument[]> {
  return await select('product-documents', documentsSql, [uuids]);
}

/** As many of them as are asked for, from the one behind `after`, by id. */
export async function readNextUuids(
  select: Select,
  after: string,
  limit: number,
): Promise<string[]> {
  const rows = await select<{ id: string }>(
    'next-products',
    'select id from product where id > $1::uuid order by id limit $2::int',
    [after, limit],
  );
  return rows.map(({ id }) => id);
}

export async function countAllProducts(select: Select): Promise<number> {
  const [row] = await select<{ count: number }>(
    'count-all-products',
    'select count(*)::int as count from product',
    [],
  );
  return row?.count ?? 0;
}

const milliseconds = (column: string, open: string) =>
  `case when isfinite(${column}) then extract(epoch from ${column}) * 1000 else ${open} end::bigint`;

const documentsSql = `
  select id, slug, status, sort_key as "sortKey", length(name) as "nameLength",
    1 + 1.0 / greatest(length(name), 1)::float8 as brevity,
    option_count as "optionCount", facts::text[] as facts,
    coalesce(told.terms, '{}') as terms,
    coalesce(told.name_terms, '{}') as "nameTerms",
    coalesce(told.fact_terms, '{}') as "factTerms",
    coalesce(told.code_terms, '{}') as "codeTerms",
    array_to_string(array(
      select lexeme from unnest(search), unnest(positions) as position order by position
    ), ' ') as told,
    coalesce(sold.offers, '[]') as offers
  from product
  cross join lateral (
    select array_agg(lexeme) as terms,
      array_agg(lexeme) filter (where 'A' = any(weights)) as name_terms,
      array_agg(lexeme) filter (where 'B' = any(weights)) as fact_terms,
      array_agg(lexeme) filter (where 'C' = any(weights)) as code_terms
    from unnest(search)
  ) as told
  cross join lateral (
    select jsonb_agg(jsonb_build_object(
      'currency', currency,
      'from', ${milliseconds('valid_from', '-9e15')},
      'until', ${milliseconds('valid_until', '9e15')},
      'facts', offer.facts::text[],
      'amount', amount::float8
    )) as offers
    from offer where product_id = product.id
  ) as sold
  where id = any($1::uuid[])`;

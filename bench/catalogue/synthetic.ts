import type { Client } from 'pg';

/** Made-up products: each has three variants, each of these a price. All of them are marked as synthetic. */
export interface SyntheticCatalogue {
  readonly products: number;
  /** Some of the slugs. */
  readonly slugs: readonly string[];
  /** Some of what people may type: of each a handful of products know both words. */
  readonly queries: readonly string[];
}

/** Numbers of products that are indexed at once. */
const batchSize = 20_000;
const samples = 200;
/** Products that share the rarest word of their name. */
const productsOfModel = 20;

const adjectives =
  'nordic rustic modern compact classic slim sturdy quiet bright matte round square foldable wooden woven painted vintage smart light heavy'.split(
    ' ',
  );
const materials =
  'oak steel velvet walnut linen glass leather marble bamboo cotton copper ceramic'.split(' ');
const nouns =
  'chair table lamp sofa bed desk shelf rug mirror clock vase stool bench cabinet curtain basket candle planter tray ladder'.split(
    ' ',
  );
const syllables = 'ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu'.split(' ');

/**
 * Fills an empty catalogue, always with the same products for the same count: their properties are hashes of
 * their numbers. Set by set, by SQL; what searches read is made by the catalogue's own function.
 */
export async function fillSynthetic(
  client: Client,
  products: number,
  progress: (step: string) => void,
): Promise<SyntheticCatalogue> {
  await client.query('set statement_timeout = 0; set synchronous_commit = off');
  await client.query("set maintenance_work_mem = '512MB'; set work_mem = '64MB'");
  const indexes = await dropIndexes(client);
  await client.query("set session_replication_role = 'replica'"); // no row is checked against another
  for (const [step, sql] of steps(products)) {
    progress(step);
    await client.query(sql);
  }
  await client.query("set session_replication_role = 'origin'");
  progress('counting');
  await client.query('analyze');
  for (let from = 1; from <= products; from += batchSize) {
    progress(`indexing product ${from} of ${products}`);
    await client.query(
      `select index_products(array(
         select id from synthetic where n >= ${from} and n < ${from + batchSize}
       ))`,
    );
  }
  for (const { name, definition } of indexes) {
    progress(`making ${name}`);
    await client.query(definition);
  }
  const { rows } = await client.query<{ slug: string; query: string }>(
    `select 'synthetic-' || n as slug, noun || ' ' || model as query from synthetic
     order by hashint4(n) limit ${samples}`,
  );
  await client.query('drop table synthetic');
  progress('counting');
  await client.query('vacuum analyze');
  return {
    products,
    slugs: rows.map(({ slug }) => slug),
    queries: rows.map(({ query }) => query),
  };
}

/** Those that hold no constraint: it is faster to make them of all rows than to keep them row by row. */
async function dropIndexes(client: Client) {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select indexname as name, indexdef as definition from pg_indexes
     join pg_index on indexrelid = format('%I.%I', schemaname, indexname)::regclass
     where schemaname = 'public' and not indisunique
       and tablename in ('product', 'search_term')`,
  );
  for (const { name } of rows) await client.query(`drop index "${name}"`);
  return rows;
}

/** One of the words, by the hash of the product's number and a salt. */
function pick(words: readonly string[], salt: number): string {
  return `(array[${words.map((word) => `'${word}'`).join()}])[1 + ${hashed(salt)} % ${words.length}]`;
}

function hashed(salt: number): string {
  return `(hashint8extended(n, ${salt}) & 1073741823)::int`;
}

/** A version 7 UUID (RFC 9562): the later the number, the greater. */
function uuid(kind: string, nth: string): string {
  return `(
    lpad(to_hex(1764000000000 + ${nth}), 12, '0') || '70008' || substr(md5('${kind}' || ${nth}), 1, 15)
  )::uuid`;
}

function steps(products: number): readonly (readonly [string, string])[] {
  const models = Math.ceil(products / productsOfModel);
  const model = [0, 1, 2, 3].map(
    (place) =>
      `(array[${syllables.map((each) => `'${each}'`).join()}])[1 + (model_number / ${20 ** place}) % 20]`,
  );
  return [
    [
      'inventing products',
      `create unlogged table synthetic as
       select n, ${uuid('product', 'n::bigint')} as id, adjective, material, noun,
         ${model.join(' || ')} as model, brand, width, weight, rating, is_outdoor
       from (
         select n, ${pick(adjectives, 1)} as adjective, ${pick(materials, 2)} as material,
           ${pick(nouns, 3)} as noun, ${hashed(4)} % ${models} as model_number,
           'Brand ' || chr(65 + ${hashed(5)} % 20) || chr(97 + ${hashed(6)} % 15) as brand,
           20 + 5 * (${hashed(7)} % 40) as width, 100 * (1 + ${hashed(8)} % 100) as weight,
           1 + ${hashed(9)} % 5 as rating, ${hashed(10)} % 3 = 0 as is_outdoor
         from generate_series(1, ${products}) as n
       ) as drawn;
       create unique index on synthetic (n);
       analyze synthetic`,
    ],
    [
      'products',
      `insert into product (
         id, slug, name, description, kind, status, brand, configuration_fields, created_at, updated_at,
         sort_key, search
       )
       select id, 'synthetic-' || n, initcap(name), 'Synthetic: made up to measure with.', 'PHYSICAL', 'ACTIVE',
         brand, '[]', now(), now(), name,
         concat_ws(' ',
           adjective || ':1A', material || ':2A', noun || ':3A', model || ':4A',
           'brand:5B', lower(split_part(brand, ' ', 2)) || ':6B', material || ':7B',
           'synthetic:10D', 'made:11D', 'measure:12D', n || ':13C'
         )::tsvector
       from (
         select *, concat_ws(' ', adjective, material, noun, model) as name from synthetic
       ) as named
       order by n`,
    ],
    [
      'characteristics',
      `insert into characteristic (product_id, name, position, label, text, number, boolean, unit)
       select id, told.* from synthetic cross join lateral (
         values
           ('material', 0, 'Material', material, null::float8, null::boolean, null),
           ('width_cm', 1, 'Width', null, width, null, 'cm'),
           ('weight_g', 2, 'Weight', null, weight, null, 'g'),
           ('rating', 3, 'Rating', null, rating, null, null),
           ('outdoor', 4, 'Outdoor', null, null, is_outdoor, null)
       ) as told`,
    ],
    [
      'categories',
      `insert into category (id, slug, name, sort_key)
       select ${uuid('category', 'nth')}, 'synthetic-' || noun, initcap(noun), noun
       from unnest('{${nouns.join()}}'::text[]) with ordinality as named(noun, nth);
       insert into product_category (product_id, category_id, position)
       select synthetic.id, category.id, 0 from synthetic join category on category.sort_key = noun`,
    ],
    [
      'options',
      `insert into product_option (product_id, name, position, values)
       select id, 'size', 0, '{S,M,L}' from synthetic`,
    ],
    [
      'variants',
      `insert into variant (id, product_id, sku, name, status, selected_options, in_stock)
       select ${uuid('variant', '(3 * n::bigint + nth)')}, id, 'synthetic:' || n || ':' || size, size, 'ACTIVE',
         jsonb_build_array(jsonb_build_object('name', 'size', 'value', size)), ${hashed(11)} % 10 > 0
       from synthetic cross join unnest('{S,M,L}'::text[]) with ordinality as sized(size, nth)
       order by n, nth`,
    ],
    [
      'prices',
      `insert into price (
         id, variant_id, kind, unit_price, currency, tax_included, period_count, min_quantity
       )
       select ${uuid('price', '(3 * n::bigint + nth)')}, ${uuid('variant', '(3 * n::bigint + nth)')}, 'ONE_TIME',
         ((500 + ${hashed(12)} % 49500 + 200 * nth) / 100.0)::numeric(12, 2), 'USD', false, 1, 1
       from synthetic cross join generate_series(1, 3) as nth
       order by n, nth`,
    ],
    [
      'search terms',
      `insert into search_term
       select distinct term from synthetic cross join lateral (
         values (adjective), (material), (noun), (model), (lower(split_part(brand, ' ', 2))), ('brand'),
           ('synthetic'), ('made'), ('measure')
       ) as told(term)`,
    ],
  ];
}

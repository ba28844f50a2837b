import { printMarkdown } from '../gateway/print.ts';
import { mediansOf } from '../gateway/statistics.ts';
import { takeTurns } from './measure.ts';
import type { Setting } from './setting.ts';
import { importFiles, onPostgres, openShop, startShop } from './shop.ts';

const data = new URL('../../data', import.meta.url).pathname;
const regions =
  'eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3'.split(
    ' ',
  );

const machines = `query ($regions: [String!]!) {
  products(
    first: 20
    sort: PRICE_ASC
    filter: {
      characteristics: [{ name: "vcpu", min: 8, max: 16 }, { name: "memory_mib", min: 32768 }]
      options: [{ name: "region", in: $regions }]
    }
  ) {
    totalCount
    nodes { name slug priceRange { min { amount currency } max { amount currency } } }
    facets { name label min max values { value label count selected } }
  }
}`;

/** Of what the catalogue's own rows say, without any of what searches are made of. */
const plainSql = `
  select product.slug, min(unit_price)::text as price, count(*) over ()::int as total
  from product
  join characteristic as vcpu on vcpu.product_id = product.id and vcpu.name = 'vcpu'
  join characteristic as memory on memory.product_id = product.id and memory.name = 'memory_mib'
  join variant on variant.product_id = product.id and variant.status = 'ACTIVE'
  join price on variant_id = variant.id and currency = 'USD' and min_quantity = 1
  where product.status = 'ACTIVE' and vcpu.number between 8 and 16 and memory.number >= 32768
    and exists (
      select from jsonb_to_recordset(selected_options) as selected(name text, value text)
      where name = 'region' and value = any($1)
    )
  group by product.id order by min(unit_price), sort_key limit 20`;

interface Found {
  readonly products: {
    readonly totalCount: number;
    readonly nodes: readonly { readonly slug: string }[];
    readonly facets: readonly {
      readonly name: string;
      readonly values: readonly { readonly value: string; readonly count: number }[];
    }[];
  };
}

/** The cheapest machines with 8 to 16 vCPUs and 32 GiB in Europe: whether they are the right ones, and how fast. */
export async function measureRealCatalogue(setting: Setting): Promise<boolean> {
  const { postgres, folder, options, signal } = setting;
  const shop = await openShop(postgres, folder, 'real', signal);
  await importFiles(shop, [data], signal);
  if (options.files.length > 0) await importFiles(shop, options.files, signal);
  const { plain, size } = await postgres.within(shop.database, async (client) => {
    await client.query('vacuum analyze');
    const counted = await client.query<{ products: number; variants: number }>(
      `select (select count(*)::int from product) as products,
         (select count(*)::int from variant) as variants`,
    );
    const expected = await client.query<{ slug: string; total: number }>(plainSql, [regions]);
    return { plain: expected.rows, size: counted.rows[0] };
  });
  console.log(
    `\n## The real catalogue: ${size?.products ?? 0} products, ${size?.variants ?? 0} variants`,
  );
  await using server = await startShop('Quartermaster', shop, onPostgres, signal);
  const { products } = await server.ask<Found>(machines, { regions });
  const isRight =
    products.totalCount === plain[0]?.total &&
    products.nodes.map(({ slug }) => slug).join() === plain.map(({ slug }) => slug).join() &&
    products.facets.length > 0;
  const asks = new Map([[server, () => server.ask(machines, { regions })]]);
  const taken = await takeTurns([server], postgres, asks, options);
  const figures = mediansOf(taken.get(server) ?? []);
  const columns = ['p50Ms', 'p99Ms', 'cpuMs', 'serverCpuMs', 'postgresCpuMs'];
  printMarkdown(
    'machines with 8 to 16 vCPUs and 32 GiB in Europe, cheapest first, with facets',
    ['', 'found', 'p50 ms', 'p99 ms', 'CPU ms', 'of it the server', 'PostgreSQL'],
    [
      [
        isRight ? 'as plain SQL finds them' : 'NOT as plain SQL finds them',
        String(products.totalCount),
        ...columns.map((name) => (figures[name] ?? Number.NaN).toFixed(2)),
      ],
    ],
  );
  return isRight;
}

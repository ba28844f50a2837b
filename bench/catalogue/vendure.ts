import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../launcher/ports.ts';
import { Child } from '../gateway/child.ts';
import { gatewayCpu, loadCpu } from '../gateway/machine.ts';
import { install } from '../gateway/packages.ts';
import type { Postgres } from './postgres.ts';
import { clientOf, untilAnswering, type Server } from './shop.ts';

const folder = new URL('../peers/vendure', import.meta.url).pathname;
const database = 'vendure';
const administrator = { username: 'bench', password: 'bench-of-catalogues' };

/** Of each product one row for each variant; what is the product's is in its first row alone. */
const csvSql = `
  select
    case nth when 1 then product.name else '' end,
    case nth when 1 then product.slug else '' end,
    case nth when 1 then description else '' end,
    '',
    case nth when 1 then (
      select string_agg(name || ':' || coalesce(text, number::text, boolean::text), '|')
        || '|brand:' || brand || '|category:' || (
          select name from product_category join category on category.id = category_id
          where product_category.product_id = product.id
        )
      from characteristic where characteristic.product_id = product.id
    ) else '' end,
    case nth when 1 then 'size' else '' end,
    variant.name, sku, unit_price::numeric(12, 2)::text, 'standard', '100', 'false', '', ''
  from product
  join (
    select *, row_number() over (partition by product_id order by sku) as nth from variant
  ) as variant on product_id = product.id
  join price on variant_id = variant.id
  order by product.id, nth`;

const columns =
  'name,slug,description,assets,facets,optionGroups,optionValues,sku,price,taxCategory,stockOnHand,trackInventory,variantAssets,variantFacets';

/** Installs Vendure, unless that was done, and gives it the products of a catalogue's database. */
export async function fillVendure(
  postgres: Postgres,
  from: string,
  temporary: string,
  signal: AbortSignal,
): Promise<void> {
  const hindrance = await install(folder, signal);
  if (hindrance !== undefined) throw new Error(hindrance);
  await postgres.within('postgres', (client) => client.query(`create database ${database}`));
  const { rows } = await postgres.within(from, (client) =>
    client.query<string[]>({ text: csvSql, rowMode: 'array' }),
  );
  const file = join(temporary, 'products.csv');
  await writeFile(file, [columns, ...rows.map((row) => row.map(quoted).join())].join('\n'));
  const command = await vendures('populate.mjs', postgres, [file]);
  await using populating = new Child(command, gatewayCpu);
  const words = await populating.whenEnded(signal);
  if (!populating.succeeded) throw new Error(`Vendure's products: ${words}`);
}

/** Starts Vendure as it is documented, and has it index its products. */
export async function startVendure(postgres: Postgres, signal: AbortSignal): Promise<Server> {
  const command = await vendures('serve.mjs', postgres);
  const child = new Child(command, gatewayCpu);
  const port = Number(command.env['PORT']);
  const authorize = () => Promise.resolve({});
  const title = 'Vendure';
  const server = clientOf({ title, child, port, path: '/shop-api', authorize, signal });
  await untilAnswering(server, child, '{ activeChannel { id } }', signal);
  try {
    await reindex(port, postgres, signal);
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
  return server;
}

/** What was queued when the products came would index them one by one. */
async function reindex(port: number, postgres: Postgres, signal: AbortSignal): Promise<void> {
  await postgres.within(database, (client) => client.query('delete from job_record'));
  await using worker = new Child(await vendures('worker.mjs', postgres), loadCpu);
  const token = await signIn(port, signal);
  const ask = async (query: string) => (await askAdmin(port, query, token, signal)).data;
  await ask('mutation { reindex { id } }');
  for (;;) {
    const { jobs } = (await ask('{ jobs { items { state } } }')) as {
      readonly jobs: { readonly items: readonly { readonly state: string }[] };
    };
    if (jobs.items.length > 0 && jobs.items.every(({ state }) => state === 'COMPLETED')) return;
    const failed = jobs.items.find(({ state }) => state === 'FAILED' || state === 'CANCELLED');
    if (failed !== undefined || !worker.isRunning) {
      throw new Error(`Vendure's index was not made: ${worker.lastWords}`);
    }
    await delay(500, undefined, { signal });
  }
}

async function signIn(port: number, signal: AbortSignal): Promise<string> {
  const { username, password } = administrator;
  const login = `mutation { login(username: "${username}", password: "${password}") { __typename } }`;
  const { token } = await askAdmin(port, login, '', signal);
  if (token === null) throw new Error('Vendure does not let its administrator in');
  return token;
}

async function askAdmin(port: number, query: string, token: string, signal: AbortSignal) {
  const response = await fetch(`http://127.0.0.1:${port}/admin-api`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
    signal,
  });
  const { data } = (await response.json()) as { readonly data: unknown };
  return { data, token: response.headers.get('vendure-auth-token') };
}

async function vendures(file: string, postgres: Postgres, args: readonly string[] = []) {
  return {
    file: process.execPath,
    args: [file, ...args],
    folder,
    env: { DATABASE_URL: postgres.urlOf(database), PORT: String(await freePort()) },
  };
}

function quoted(cell: string): string {
  return `"${cell.replaceAll('"', '""')}"`;
}

// Prisma's own schema engine (WebAssembly) over @prisma/adapter-pg, instantiated by hand for Node 20 (no ESM-wasm import there).
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import pg from 'pg';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import * as bg from '@prisma/schema-engine-wasm/schema_engine_bg';

globalThis.PRISMA_WASM_PANIC_REGISTRY = {
  message: '',
  set_message(m) {
    this.message = m;
  },
};
export const version = () => bg.version();
export const ident = (s) => `"${s.replaceAll('"', '""')}"`;
export const maintenance = (url) => {
  const u = new URL(url);
  u.pathname = '/postgres';
  u.search = '';
  return u.href;
};
export async function sql(connectionString, text, values) {
  const c = new pg.Client({ connectionString });
  await c.connect();
  try {
    return await c.query(text, values);
  } finally {
    await c.end();
  }
}
const wasmPath = createRequire(import.meta.url)
  .resolve('@prisma/schema-engine-wasm')
  .replace('schema_engine.js', 'schema_engine_bg.wasm');
const { instance } = await WebAssembly.instantiate(readFileSync(wasmPath), {
  './schema_engine_bg.js': bg,
});
bg.__wbg_set_wasm(instance.exports);
instance.exports.__wbindgen_start();

// Three gaps in @prisma/adapter-pg 7.10 that the schema engine meets:
// 1. catalogue columns of type "char" (OID 18) have no mapping: report them as Character;
// 2. connectToShadowDb() spreads {connectionString}, whose database wins over the shadow's (it would use the MAIN database),
//    and drops the database while its own pool is open: connect by an own URL, and end the pool first;
// 3. executeScript() cuts a migration at every ";" (in a comment, a text, a function's body too) and sends each piece through the
//    pool, outside a transaction: send the whole as one simple query, which PostgreSQL runs as one transaction, as the native engine does.
function mend(adapter) {
  Object.getPrototypeOf(adapter).executeScript = async function (script) {
    try {
      await this.client.query(script);
    } catch (error) {
      this.onError(error);
    }
  };
  let proto = adapter;
  while (!Object.hasOwn(proto, 'queryRaw')) proto = Object.getPrototypeOf(proto);
  if (proto.queryRaw.mapped) return;
  const original = proto.queryRaw;
  proto.queryRaw = Object.assign(
    async function (query) {
      const chars = [];
      const view = Object.create(this, {
        performIO: {
          value: async (q) => {
            const r = await this.performIO(q);
            r.fields.forEach((f, i) => {
              if (f.dataTypeID === 18) {
                chars.push(i);
                f.dataTypeID = 25;
              }
            });
            return r;
          },
        },
      });
      const out = await original.call(view, query);
      for (const i of chars) out.columnTypes[i] = ColumnTypeEnum.Character;
      return out;
    },
    { mapped: true },
  );
}
const factory = (to, pool = new pg.Pool({ connectionString: to, max: 4 })) =>
  new PrismaPg(pool, { disposeExternalPool: true });
export async function openEngine(datasource, datamodels) {
  const { url } = datasource;
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  const main = factory(url, pool);
  mend(await main.connect());
  main.connectToShadowDb = async () => {
    const given = datasource.shadowDatabaseUrl;
    const name = `prisma_shadow_${crypto.randomUUID().replaceAll('-', '')}`;
    if (!given) await sql(maintenance(url), `create database ${ident(name)}`);
    const shadow = new URL(given ?? url);
    if (!given) shadow.pathname = `/${name}`;
    const adapter = await factory(shadow.href).connect();
    const dispose = adapter.dispose.bind(adapter);
    adapter.dispose = async () => {
      await dispose();
      if (!given)
        await sql(maintenance(url), `drop database if exists ${ident(name)} with (force)`);
    };
    return adapter;
  };
  const engine = await bg.SchemaEngine.new(
    { datamodels: datamodels?.length ? datamodels : undefined },
    (log) => process.env.DEBUG?.includes('schema-engine') && process.stderr.write(log + '\n'),
    bindMigrationAwareSqlAdapterFactory(main),
  );
  return Object.assign(engine, { close: () => pool.end() });
}

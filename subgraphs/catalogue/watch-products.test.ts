import type { Principal } from '#auth';
import { createCache, createMemoryStore } from '#cache';
import { runSql, throwAwayDatabase, type ThrowAwayDatabase } from '#database';
import { Bell, createPostgresBus, openEvents, openPool } from '#events';
import { makeOwnerlessId } from '#ids';
import { parse, subscribe } from 'graphql';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { keepStores } from './store/kept/stores.ts';
import { findNextPriceChange } from './store/search/next-price-change.ts';
import { createCatalogueSubgraph } from './subgraph.ts';
import { asking } from './testing/asking.ts';
import { openProcesses, type Process, type Processes } from './testing/process.ts';
import { keeper, openProcess, visitor } from './testing/stage.ts';

let processes: Processes;
let database: ThrowAwayDatabase;
let here: Process;
let there: Process;
beforeAll(async () => {
  processes = await openProcesses(inject('postgresUrl'));
  database = await throwAwayDatabase(inject('postgresUrl'), 'catalogue');
  [here, there] = await Promise.all([start(1), start(2)]);
});
afterAll(async () => {
  await here[Symbol.asyncDispose]();
  await there[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
  await processes[Symbol.asyncDispose]();
});

test('anyone sees a product as it is, then its name, price and status as they change, until it is no longer sold', async () => {
  const { id, variantId } = await sell();
  const updates = await watch([id]);
  expect(await next(updates)).toMatchObject({ productId: id, product: shown('Lamp', '10.00') });
  await rename(id, 'Bright lamp');
  expect(await next(updates)).toMatchObject({ product: shown('Bright lamp', '10.00') });
  await setPrice(variantId, '12.00');
  expect(await next(updates)).toMatchObject({ product: shown('Bright lamp', '12.00') });
  await change('retireProduct(id: $id)', { id });
  expect(await next(updates)).toMatchObject({ productId: id, product: null });
  await updates.return?.();
});

test('of several products each is shown once, then whichever changes, in the order of the changes', async () => {
  const lamps = [await sell(), await sell(), await sell()].map(({ id }) => id);
  const updates = await watch([...lamps, ...lamps]);
  const now = [await next(updates), await next(updates), await next(updates)];
  expect(now.map(({ productId }) => productId)).toEqual(lamps.toSorted());
  const order = [2, 0, 1, 0, 2].map((nth) => lamps[nth]!);
  for (const [nth, id] of order.entries()) await rename(id, `Lamp ${nth}`);
  const seen: string[] = [];
  while (seen.length < order.length) seen.push((await next(updates)).productId);
  expect(seen).toEqual(order);
  await updates.return?.();
});

test('who comes back with a cursor gets every change since, once and in order, and nothing before it', async () => {
  const [a, b] = [(await sell()).id, (await sell()).id];
  const before = await watch([a, b]);
  const [, { cursor }] = [await next(before), await next(before)];
  await before.return?.();
  await rename(b, 'First');
  await rename(a, 'Second');
  await rename(b, 'Third');

  const after = await watch([b, a], cursor); // in whatever order
  const missed = [await next(after), await next(after), await next(after)];
  expect(missed.map(({ productId }) => productId)).toEqual([b, a, b]);
  expect(missed.at(-1)).toMatchObject({ product: { name: 'Third' } });
  await after.return?.();
  const again = await watch([a, b], missed[1]!.cursor);
  expect(await next(again)).toEqual(missed[2]);
  await again.return?.();
});

test('more changes than are read at once are missed by nobody, whatever products they are of', async () => {
  const [a, b] = [(await sell()).id, (await sell()).id];
  const before = await watch([a, b]);
  const [, { cursor }] = [await next(before), await next(before)];
  await before.return?.();
  const order = Array.from({ length: 130 }, (_, nth) => (nth % 13 === 0 ? b : a));
  for (const [nth, id] of order.entries()) await rename(id, `Lamp ${nth}`);

  const after = await watch([a, b], cursor);
  const seen: string[] = [];
  while (seen.length < order.length) seen.push((await next(after)).productId);
  expect(seen).toEqual(order);
  await after.return?.();
});

test('who breaks off at the beginning goes on where that was', async () => {
  const ids = [(await sell()).id, (await sell()).id].toSorted();
  const before = await watch(ids);
  const { cursor } = await next(before);
  await before.return?.();
  await rename(ids[0]!, 'Changed');
  const after = await watch(ids, cursor);
  expect(await next(after)).toMatchObject({ productId: ids[1], product: { name: 'Lamp' } });
  expect(await next(after)).toMatchObject({ productId: ids[0], product: { name: 'Changed' } });
  await after.return?.();
});

test('two who watch at two processes see the same, also while what shoppers read is kept', async () => {
  const { id, variantId } = await sell();
  const page =
    '{ product(id: $id) { name variants { nodes { price { unitPrice { amount } } } } } }';
  const read = ({ ask }: Process) => ask(`query ($id: ID!) ${page}`, { id });
  const watchers = [await watch([id]), await watch([id], undefined, { at: there })];
  await Promise.all(watchers.map(next));
  for (let cents = 10; cents < 30; cents += 1) {
    await Promise.all([read(here), read(there)]);
    await setPrice(variantId, `7.${cents}`);
    const told = await Promise.all(watchers.map(next));
    expect(told[0]).toEqual(told[1]);
    expect(told[0]).toMatchObject({ product: shown('Lamp', `7.${cents}`) });
  }
  for (const updates of watchers) await updates.return?.();
});

test('a change is told as it is, though what is kept of the product is not dropped yet', async () => {
  const { id, variantId } = await sell();
  const { url } = database;
  const report = () => undefined;
  const log = { databaseUrl: url, eventsDatabaseUrl: processes.logUrl };
  await using events = openEvents({ source: 'catalogue', ...log, report });
  await using shop = openProcess(url, { bell: events.bell, clock: () => new Date() });
  const { parts, select } = shop;
  const cache = createCache(createMemoryStore({ entriesMax: 1_000, bytesMax: 1_000_000 })); // hears nothing
  const nextPriceChange = (after: Date) => findNextPriceChange(select, after);
  const keeping = { cache, ttlMs: 60_000, clock: parts.clock, nextPriceChange };
  const subgraph = createCatalogueSubgraph(parts, keepStores(parts, keeping));
  const { schema } = subgraph;
  const read = async () => {
    const source = `query ($id: ID!) { product(id: $id) ${productFields} }`;
    return (await asking(() => subgraph).ask(source, { id }))['product'];
  };
  await allNumbered();
  const updates = (await subscribe({
    ...{ schema, document: parse(watchSubscription), variableValues: { ids: [id] } },
    contextValue: subgraph.contextFor(visitor),
  })) as unknown as Updates;

  expect(await read()).toMatchObject(shown('Lamp', '10.00'));
  expect(await next(updates)).toMatchObject({ product: shown('Lamp', '10.00') });
  await setPrice(variantId, '11.00');
  await rename(id, 'Changed');
  expect((await next(updates)).product).not.toEqual(await read());
  expect(await next(updates)).toMatchObject({ product: shown('Changed', '11.00') });
  expect(await read()).toMatchObject(shown('Lamp', '10.00'));
  await updates.return?.();
});

test('after its connection is cut, who comes back with the cursor misses nothing', async () => {
  const { id } = await sell();
  const before = await watch([id]);
  const { cursor } = await next(before);
  const broken = expect(before.next()).rejects.toMatchObject({ wasClean: false });
  before.cut();
  await broken;
  await rename(id, 'Meanwhile');
  const after = await watch([id], cursor);
  expect(await next(after)).toMatchObject({ product: { name: 'Meanwhile' } });
  await after.return?.();
});

test('after its process is killed, who comes back with the cursor misses nothing, at whichever process', async () => {
  const { id } = await sell();
  const before = await watch([id], undefined, { at: there });
  const { cursor } = await next(before);
  const broken = expect(before.next()).rejects.toMatchObject({ wasClean: false });
  await there.kill();
  await broken;
  await rename(id, 'Meanwhile');
  there = await start(2);
  for (const at of [here, there]) {
    const after = await watch([id], cursor, { at });
    expect(await next(after)).toMatchObject({ product: { name: 'Meanwhile' } });
    await after.return?.();
  }
});

test('of a draft a visitor learns nothing, until it is published; its keeper sees every change', async () => {
  const { id } = await draft();
  const [visiting, keeping] = [await watch([id]), await watch([id], undefined, { caller: keeper })];
  const { cursor, ...none } = await next(visiting);
  expect(none).toMatchObject({ productId: id, product: null });
  expect(await next(keeping)).toMatchObject({ product: { name: 'Lamp', status: 'DRAFT' } });
  for (const name of ['One', 'Two']) {
    await rename(id, name);
    expect(await next(keeping)).toMatchObject({ product: { name, status: 'DRAFT' } });
  }
  const resumed = await watch([id], cursor);
  await change('publishProduct(id: $id)', { id });
  for (const updates of [visiting, resumed, keeping]) {
    expect(await next(updates)).toMatchObject({ product: { name: 'Two', status: 'ACTIVE' } });
  }
  await change('retireProduct(id: $id)', { id });
  expect(await next(visiting)).toMatchObject({ product: null });
  expect(await next(keeping)).toMatchObject({ product: { status: 'RETIRED' } });
  for (const updates of [visiting, resumed, keeping]) await updates.return?.();
});

test('what there is not looks like what a visitor may not see', async () => {
  const updates = await watch([makeOwnerlessId('prd', new Date())]);
  expect(await next(updates)).toMatchObject({ product: null });
  await updates.return?.();
});

test('that a product comes into stock is no change of its own', async () => {
  const { id, sku } = await sell();
  const updates = await watch([id]);
  await next(updates);
  await stock(sku);
  const found = `query ($id: ID!) { products(filter: { inStock: true }) { nodes { id } } product(id: $id) { id } }`;
  await vi.waitFor(async () => {
    expect(await here.ask(found, { id }, keeper)).toMatchObject({ products: { nodes: [{ id }] } });
  });
  await rename(id, 'Afterwards');
  expect(await next(updates)).toMatchObject({ product: { name: 'Afterwards' } });
  await updates.return?.();
});

const someId = makeOwnerlessId('prd', new Date());

test.each([
  ['no id', [], undefined, 'BAD_USER_INPUT', '1 to 100 `ids`'],
  [
    'too many ids',
    Array.from({ length: 101 }, () => makeOwnerlessId('prd', new Date())),
    ...[undefined, 'BAD_USER_INPUT', '1 to 100 `ids`'],
  ],
  ['what is no id', [someId, 'lamp'], undefined, 'BAD_USER_INPUT', '`ids.1`'],
  [
    'the id of something else',
    [makeOwnerlessId('cat', new Date())],
    ...[undefined, 'BAD_USER_INPUT', '`ids.0`'],
  ],
  ['what is no cursor', [someId], 'x', 'BAD_CURSOR', '`since`'],
] as [string, string[], string | undefined, string, string][])(
  '%s is refused',
  async (_what, ids, since, code, words) => {
    expect(await refusal(await watch(ids, since))).toMatchObject({
      message: expect.stringContaining(words) as unknown,
      extensions: { code },
    });
  },
);

test('a cursor of other products is refused, and one that was tampered with', async () => {
  const { id } = await sell();
  const updates = await watch([id]);
  const { cursor } = await next(updates);
  await updates.return?.();
  const [, name] = Buffer.from(cursor, 'base64url').toString().split(' ');
  const tampered = Buffer.from(`-1 ${name!}`).toString('base64url');
  for (const [ids, since] of [
    [[someId], cursor],
    [[id, someId], cursor],
    [[id], tampered],
  ] as const) {
    const { extensions } = await refusal(await watch(ids, since));
    expect(extensions).toMatchObject({ code: 'BAD_CURSOR' });
  }
});

type Updates = Awaited<ReturnType<Process['watch']>>;
interface Update {
  readonly cursor: string;
  readonly productId: string;
  readonly product: object | null;
}
interface Refused {
  readonly message: string;
  readonly extensions: object;
}

async function start(nth: number): Promise<Process> {
  return await processes.start(`catalogue-${nth}`, database);
}

async function watch(
  ids: readonly string[],
  since?: string,
  { at = here, caller = visitor }: { readonly at?: Process; readonly caller?: Principal } = {},
): Promise<Updates> {
  await allNumbered();
  return await at.watch(watchSubscription, { ids, since }, caller);
}

/** Until then what was changed already may come as a change, once more. */
async function allNumbered(): Promise<void> {
  await vi.waitFor(async () => {
    const waiting = 'select from events.outbox where position is null';
    expect((await runSql(database.ownerUrl, [waiting])).rowCount).toBe(0);
  });
}

async function next(updates: Updates): Promise<Update> {
  const { value } = (await updates.next()) as { value: { data: unknown; errors?: unknown } };
  expect(value.errors).toBeUndefined();
  return (value.data as { productUpdated: Update }).productUpdated;
}

/** A subscription is refused by a first result with errors, or by an error. */
async function refusal(updates: Updates): Promise<Refused> {
  const errors = await updates.next().then(
    ({ value }) => (value as { errors: unknown }).errors,
    (thrown: unknown) => thrown,
  );
  return (errors as Refused[])[0]!;
}

function shown(name: string, amount: string) {
  const unitPrice = { amount };
  return {
    ...{ name, status: 'ACTIVE', priceRange: { min: unitPrice } },
    variants: { nodes: [{ price: { unitPrice } }] },
  };
}

let drafts = 0;

async function draft() {
  const sku = `lamp-${(drafts += 1)}`;
  const input = { slug: sku, name: 'Lamp', kind: 'PHYSICAL', variants: [{ sku }] };
  const { outcome } = (await here.ask(createMutation, { input }, keeper)) as {
    outcome: { product: { id: string; variants: { nodes: { id: string }[] } } };
  };
  const { id, variants } = outcome.product;
  return { id, sku, variantId: variants.nodes[0]!.id };
}

/** A lamp for ten dollars that anyone sees. */
async function sell() {
  const made = await draft();
  await setPrice(made.variantId, '10.00');
  await change('publishProduct(id: $id)', { id: made.id });
  return made;
}

async function rename(id: string, name: string): Promise<void> {
  await change('updateProduct(input: { id: $id, name: $name })', { id, name }, '$name: String');
}

async function setPrice(id: string, amount: string): Promise<void> {
  const prices = [{ kind: 'ONE_TIME', unitPrice: { amount, currency: 'USD' } }];
  const field = 'setPrices(variantId: $id, prices: $prices)';
  await change(field, { id, prices }, '$prices: [PriceInput!]!');
}

async function change(field: string, variables: object, declared = ''): Promise<void> {
  const source = `mutation ($id: ID!, ${declared}) { outcome: ${field} { userErrors { code } } }`;
  expect(await here.ask(source, variables, keeper)).toEqual({ outcome: { userErrors: [] } });
}

/** Tells, as provisioning does, that there is some. */
async function stock(sku: string): Promise<void> {
  const pool = openPool(processes.logUrl, console.error);
  const bus = createPostgresBus(pool, new Bell());
  const end = await bus.append('provisioning', -1, []); // where the log ends, which makes it known
  const event = JSON.stringify({
    ...{ specversion: '1.0', id: randomUUID(), source: 'provisioning' },
    ...{ type: 'availability.changed', time: new Date().toISOString() },
    actor: 'svc_provisioning',
    data: { levels: [{ sku, version: 1, status: 'IN_STOCK', quantity: 10 }] },
  });
  await bus.append('provisioning', end, [{ position: end + 1, event }]);
  await pool.end();
}

const productFields = `{
  name status priceRange(currency: "USD") { min { amount } }
  variants { nodes { price(currency: "USD") { unitPrice { amount } } } }
}`;
const watchSubscription = `subscription ($ids: [ID!]!, $since: String) {
  productUpdated(ids: $ids, since: $since) {
    cursor at productId
    product ${productFields}
  }
}`;
const createMutation = `mutation ($input: CreateProductInput!) {
  outcome: createProduct(input: $input) { product { id variants { nodes { id } } } }
}`;

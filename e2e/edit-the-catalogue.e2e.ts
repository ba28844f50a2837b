import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { launch, type Quartermaster } from '../launcher/launcher.ts';
import { accessTokenOf, shopperAt, signIn } from './shopper.ts';

let quartermaster: Quartermaster;

beforeAll(async () => {
  quartermaster = await launch({ quiet: true });
});
afterAll(() => quartermaster[Symbol.asyncDispose]());

const timeoutMs = 30_000;

interface Sending {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | FormData;
}

test('a file that is handed in at the front door is imported', async () => {
  const token = await accessTokenOf(quartermaster.url, 'operator@example.com');
  const send = async (path: string, init: Sending = {}) => {
    const response = await fetch(`${quartermaster.url}/api/v1/catalogue-imports${path}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, ...init.headers },
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const form = new FormData();
  const product = { slug: 'anvil', name: 'Anvil', kind: 'PHYSICAL', status: 'ACTIVE' };
  form.append('file', new Blob([`${JSON.stringify(product)}\n`]), 'anvil.ndjson');
  const sent = await send('/files', { method: 'POST', body: form });
  expect(sent).toMatchObject({ status: 201 });
  const started = await send('', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ format: 'JSON_LINES', source: sent.body['source'] }),
  });
  expect(started).toMatchObject({ status: 200 });
  await vi.waitFor(
    async () => {
      const { body } = await send(`/${String(started.body['id'])}`);
      expect(body).toMatchObject({ status: 'SUCCEEDED', rowsDone: 1, rowsFailed: 0 });
    },
    { timeout: timeoutMs, interval: 200 },
  );
  const { product: seen } = await shopperAt(quartermaster.url).ask<{ product: unknown }>(
    '{ product(slug: "anvil") { name } }',
  );
  expect(seen).toEqual({ name: 'Anvil' });
});

test('a product is made, published and priced anew by REST; a cart that has it hears of the price, and so does who watches it', async () => {
  const { url } = quartermaster;
  const token = await accessTokenOf(url, 'operator@example.com');
  const send = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${url}/api/v1/${path}`, {
      method,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const price = (amount: string) => ({
    kind: 'ONE_TIME',
    unitPrice: { amount, currency: 'USD' },
  });

  const category = await send('POST', 'categories', { slug: 'tools', name: 'Tools' });
  expect(category).toMatchObject({ status: 200, body: { slug: 'tools', version: 1 } });
  const created = await send('POST', 'products', {
    ...{ slug: 'hammer', name: 'Hammer', kind: 'PHYSICAL', categoryIds: [category.body['id']] },
    media: [{ url: 'https://example.com/hammer.jpg' }],
    translations: [{ locale: 'de', name: 'Hammer aus Stahl' }],
    variants: [{ sku: 'hammer-1', prices: [price('20.00')] }],
  });
  expect(created).toMatchObject({ status: 200, body: { status: 'DRAFT', version: 1 } });
  const id = String(created.body['id']);
  const seen = async (path: string) =>
    await fetch(`${url}/api/v1/${path}`, { signal: AbortSignal.timeout(timeoutMs) });
  expect((await seen('products/hammer')).status).toBe(404);
  expect(await send('POST', `products/${id}/publish`, { expectedVersion: 1 })).toMatchObject({
    body: { status: 'ACTIVE', version: 2 },
  });
  expect(await (await seen('products/hammer?locale=de-AT')).json()).toMatchObject({
    name: 'Hammer aus Stahl',
    media: [{ url: 'https://example.com/hammer.jpg', kind: 'IMAGE' }],
    categories: [{ slug: 'tools' }],
  });
  const read = await fetch(`${url}/api/v1/products/hammer`, {
    headers: { 'accept-language': 'fr, de-AT;q=0.8' },
    signal: AbortSignal.timeout(timeoutMs),
  });
  expect(await read.json()).toMatchObject({ name: 'Hammer aus Stahl' });
  const listed = await seen(`products?categoryId=${String(category.body['id'])}`);
  expect(await listed.json()).toMatchObject({ nodes: [{ slug: 'hammer' }] });

  const stale = await send('PATCH', `products/${id}/details`, { name: 'X', expectedVersion: 1 });
  expect(stale).toMatchObject({ status: 409, body: { code: 'STALE', field: 'expectedVersion' } });
  expect(stale.body['detail']).toContain('version 2');
  const wrong = await send('POST', `products/${id}/variants`, {
    variants: [{ sku: 'hammer-2', prices: [price('-1')] }],
  });
  expect(wrong).toMatchObject({
    status: 422,
    body: { code: 'INVALID_PRICE', field: 'variants.0.prices.0.unitPrice.amount' },
  });

  const buyer = await signIn(url, 'customer@example.com');
  const { variant } = await shopperAt(url).ask<{ variant: { id: string } }>(
    `{ variant(sku: "hammer-1") { id } }`,
  );
  const { created: cart } = await buyer.ask<{ created: { cart: { id: string } } }>(
    `mutation { created: createCart(currency: "USD") { cart { id } } }`,
  );
  const lines = 'cart { lines { unitPrice { amount } problems { code } } }';
  const cartId = cart.cart.id;
  const { added } = await buyer.ask<{ added: { cart: Cart } }>(
    `mutation ($cartId: ID!) {
      added: addCartLine(cartId: $cartId, sku: "hammer-1", quantity: 1) { ${lines} }
    }`,
    { cartId },
  );
  expect(added.cart.lines).toMatchObject([{ unitPrice: { amount: '20' } }]);
  expect(codesOf(added.cart)).not.toContain('PRICE_CHANGED');
  const watching = shopperAt(url).watch<Watched>(
    `subscription ($ids: [ID!]!) {
      productUpdated(ids: $ids) {
        product { variants { nodes { price(currency: "USD") { unitPrice { amount } } } } }
      }
    }`,
    { ids: [id] },
  );
  expect(amountsOf(await watching.next())).toEqual(['20.00']);
  const priced = await send('PUT', `variants/${variant.id}/prices`, { prices: [price('21.50')] });
  expect(priced).toMatchObject({ status: 200, body: { version: 2 } });
  expect(amountsOf(await watching.next())).toEqual(['21.50']);
  await watching.return();
  const seenAgain = await buyer.ask<{ cart: Cart }>(
    `query ($cartId: ID!) { cart(id: $cartId) { lines { unitPrice { amount } problems { code } } } }`,
    { cartId },
  );
  expect(codesOf(seenAgain.cart)).toContain('PRICE_CHANGED');

  expect(await send('GET', 'products/hammer/changes?first=1')).toMatchObject({
    status: 200,
    body: {
      changes: {
        nodes: [{ version: 3, after: { variants: { 'hammer-1': { prices: [{}] } } } }],
        pageInfo: { hasNextPage: true },
      },
    },
  });
  expect((await seen('products/hammer/changes')).status).toBe(403);
});

interface Cart {
  readonly lines: readonly {
    readonly unitPrice: { readonly amount: string };
    readonly problems: readonly { readonly code: string }[];
  }[];
}

interface Watched {
  readonly productUpdated: {
    readonly product: {
      readonly variants: {
        readonly nodes: readonly {
          readonly price: { readonly unitPrice: { readonly amount: string } };
        }[];
      };
    };
  };
}

function amountsOf({ value }: IteratorResult<Watched, void>): string[] {
  const nodes = value?.productUpdated.product.variants.nodes ?? [];
  return nodes.map(({ price }) => price.unitPrice.amount);
}

function codesOf({ lines }: Cart): string[] {
  return lines.flatMap(({ problems }) => problems.map(({ code }) => code));
}

import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch, type Quartermaster } from '../launcher/launcher.ts';
import { buy, orderWhen, sku } from './purchase.ts';
import { shopperAt, signIn, type Shopper } from './shopper.ts';

let quartermaster: Quartermaster;
let operator: Shopper;
let visitor: Shopper;

beforeAll(async () => {
  quartermaster = await launch({ quiet: true });
  operator = await signIn(quartermaster.url, 'operator@example.com');
  visitor = shopperAt(quartermaster.url);
});
afterAll(() => quartermaster[Symbol.asyncDispose]());

test('once it has started, what there is of everything is known to searches', async () => {
  const { some, none } = await visitor.ask<Record<string, { totalCount: number }>>(
    `{
      some: products(filter: { inStock: true }) { totalCount }
      none: products(filter: { inStock: false }) { totalCount }
    }`,
  );
  expect(some?.totalCount).toBeGreaterThan(1_000);
  expect(none?.totalCount).toBe(0);
});

test('two buyers and the last one: one gets it, who watches sees it go, and searches follow', async () => {
  const buyers = await Promise.all(
    ['customer@example.com', 'second@example.com'].map((email) => signIn(quartermaster.url, email)),
  );
  await setStock(1);
  let since: string | undefined;
  for await (const { availabilityUpdated: update } of watch()) {
    expect(update.variant).toMatchObject({ product: { slug: 'aws-m7i-large' } });
    since = update.cursor;
    if (update.variant.availability?.quantity === 1) break;
  }

  const ends = await Promise.all(
    buyers.map(async (buyer) => {
      const id = await buy(buyer).catch(() => null); // refused at the checkout already
      if (id === null) return 'REFUSED';
      const isOver = (status: string) => ['COMPLETED', 'FAILED'].includes(status);
      return (await orderWhen(buyer, id, ({ status }) => isOver(status))).status;
    }),
  );
  expect(ends.filter((end) => end === 'COMPLETED')).toHaveLength(1);
  for await (const { availabilityUpdated } of watch(since)) {
    expect(availabilityUpdated.variant.availability).toEqual({
      status: 'OUT_OF_STOCK',
      quantity: 0,
    });
    break;
  }
  await expect.poll(found, patience).toEqual([]);
  const rest = `${quartermaster.url}/api/v1/products?${soldOut.toString()}`;
  expect(await (await fetch(rest)).json()).toMatchObject({ nodes: [{ slug: 'aws-m7i-large' }] });
});

test('a catalogue that is killed while stock moves catches up', async () => {
  await quartermaster.kill('catalogue', 'SIGKILL');
  await setStock(null);
  await quartermaster.whenReady();
  await expect.poll(found, patience).toEqual(['aws-m7i-large']);
});

test('who watches does not notice that provisioning was killed', async () => {
  await setStock(3);
  const updates = watch();
  await updates.next();
  await quartermaster.kill('provisioning', 'SIGKILL');
  await quartermaster.whenReady();
  await setStock(2);
  const { value } = await updates.next();
  expect(value?.availabilityUpdated.variant.availability).toEqual({
    status: 'LOW_STOCK',
    quantity: 2,
  });
  await updates.return();
});

const patience = { timeout: 60_000, interval: 100 };
const region = { name: 'region', in: ['us-east-1'] };
const soldOut = new URLSearchParams({
  inStock: 'false',
  options: JSON.stringify([region]),
});

/** The machine's slug, while there is any of it in that region; null while the catalogue can't be asked. */
async function found(): Promise<string[] | null> {
  const query = `query ($options: [OptionFilter!]) {
    products(filter: { slugs: ["aws-m7i-large"], options: $options, inStock: true }) {
      nodes { slug }
    }
  }`;
  const { data } = await visitor.answer(query, { options: [region] });
  const products = data?.['products'] as { nodes: { slug: string }[] } | null | undefined;
  return products?.nodes.map(({ slug }) => slug) ?? null;
}

interface AvailabilityUpdate {
  readonly availabilityUpdated: {
    readonly cursor: string;
    readonly variant: { readonly availability: { readonly quantity: number | null } | null };
  };
}

function watch(since?: string): AsyncGenerator<AvailabilityUpdate, void, void> {
  const subscription = `subscription ($skus: [String!]!, $since: String) {
    availabilityUpdated(skus: $skus, since: $since) {
      cursor variant { availability { status quantity } product { slug } }
    }
  }`;
  return visitor.watch<AvailabilityUpdate>(subscription, { skus: [sku], since });
}

/** Counts anew what is left besides what orders hold; null where there is no end of it. */
async function setStock(left: number | null): Promise<void> {
  const { stockLevels } = await operator.ask<{
    stockLevels: { nodes: { allocated: number; reserved: number }[] };
  }>(
    `query ($skus: [String!]) {
      stockLevels(filter: { skus: $skus }) { nodes { allocated reserved } }
    }`,
    { skus: [sku] },
  );
  const { allocated = 0, reserved = 0 } = stockLevels.nodes[0] ?? {};
  const onHand = left === null ? null : allocated + reserved + left;
  const outcome = await operator.ask(
    `mutation ($input: [StockInput!]!, $key: String!) {
      setStock(input: $input, idempotencyKey: $key) { userErrors { code message } }
    }`,
    { input: [{ sku, onHand }], key: `${sku} ${onHand}` },
  );
  expect(outcome).toEqual({ setStock: { userErrors: [] } });
}

import { printMarkdown } from '../gateway/print.ts';
import { mediansOf } from '../gateway/statistics.ts';
import { takeTurns } from './measure.ts';
import { list, product, search } from './questions.ts';
import type { Setting, SyntheticShop } from './setting.ts';
import { onPostgres, startShop, type Server } from './shop.ts';
import { fillVendure, startVendure } from './vendure.ts';

const figures = [
  ['p50 ms', 'p50Ms'],
  ['p99 ms', 'p99Ms'],
  ['CPU ms', 'cpuMs'],
  ['of it the server', 'serverCpuMs'],
  ['PostgreSQL', 'postgresCpuMs'],
] as const;

/** Asks both for the same of the same products; tells whether they answer alike. */
export async function compareWithVendure(setting: Setting, shop: SyntheticShop): Promise<boolean> {
  const { postgres, folder, options, signal } = setting;
  const { catalogue } = shop;
  console.log(`\n## Beside Vendure: ${catalogue.products} synthetic products on one PostgreSQL`);
  await fillVendure(postgres, shop.database, folder, signal);
  await using vendure = await startVendure(postgres, signal);
  await using ours = await startShop('Quartermaster', shop, onPostgres, signal);
  const why = await whyUnlike(vendure, ours, shop);
  if (why !== undefined) {
    console.log(`\nSKIPPED: ${why}`);
    return false;
  }
  for (const question of [list, product, search]) {
    const asks = new Map([
      [vendure, question.vendures(catalogue)],
      [ours, question.ours(catalogue)],
    ]);
    const taken = await takeTurns([vendure, ours], postgres, asks, options);
    const medians = [...taken].map(([server, turns]) => [server, mediansOf(turns)] as const);
    const stock = medians[0]?.[1] ?? {};
    printMarkdown(
      `${question.title}: at least ${question.timesWanted} × is wanted`,
      ['', ...figures.map(([head]) => head), '× by p50', '× by CPU'],
      medians.map(([{ title }, figure]) => [
        title,
        ...figures.map(([, name]) => (figure[name] ?? Number.NaN).toFixed(2)),
        ...(['p50Ms', 'cpuMs'] as const).map((name) =>
          ((stock[name] ?? Number.NaN) / (figure[name] ?? Number.NaN)).toFixed(1),
        ),
      ]),
    );
  }
  return true;
}

/** Whether they sell the same: how many products, and one of them at what prices. */
async function whyUnlike(
  vendure: Server,
  ours: Server,
  { catalogue }: SyntheticShop,
): Promise<string | undefined> {
  const [slug = ''] = catalogue.slugs;
  const theirs = await vendure.ask<{
    readonly products: { readonly totalItems: number };
    readonly search: { readonly totalItems: number };
    readonly product: { readonly name: string; readonly variants: { readonly price: number }[] };
  }>(
    `query ($slug: String!) {
      products { totalItems }
      search(input: { groupByProduct: true }) { totalItems }
      product(slug: $slug) { name variants { price } }
    }`,
    { slug },
  );
  const own = await ours.ask<{
    readonly products: { readonly totalCount: number };
    readonly product: {
      readonly name: string;
      readonly variants: {
        readonly nodes: readonly { readonly price: { readonly unitPrice: { amount: string } } }[];
      };
    };
  }>(
    `query ($slug: String!) {
      products { totalCount }
      product(slug: $slug) { name variants(first: 50) { nodes { price { unitPrice { amount } } } } }
    }`,
    { slug },
  );
  const theirFacts = [
    theirs.products.totalItems,
    theirs.search.totalItems,
    theirs.product.name,
    ...theirs.product.variants.map(({ price }) => price).toSorted((one, other) => one - other),
  ];
  const ownFacts = [
    own.products.totalCount,
    own.products.totalCount,
    own.product.name,
    ...own.product.variants.nodes
      .map(({ price }) => Math.round(Number(price.unitPrice.amount) * 100))
      .toSorted((one, other) => one - other),
  ];
  return JSON.stringify(theirFacts) === JSON.stringify(ownFacts)
    ? undefined
    : `they sell ${JSON.stringify(theirFacts)} and ${JSON.stringify(ownFacts)}`;
}

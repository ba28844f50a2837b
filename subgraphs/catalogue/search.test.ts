import type { Principal } from '#auth';
import { graphql } from 'graphql';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { importInstances } from './import/import-instances.ts';
import { createCatalogueSubgraph, type CatalogueSubgraph } from './subgraph.ts';
import { onEveryEngine } from './testing/engines.ts';
import { dataFolder, openStage, visitor, type Stage } from './testing/stage.ts';

const europeanRegions = [
  'eu-central-1',
  'eu-central-2',
  'eu-north-1',
  'eu-south-1',
  'eu-south-2',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
];

let stage: Stage;
let subgraph: CatalogueSubgraph;

onEveryEngine((engine) => {
  const isPostgres = engine.elasticsearchUrl === null;
  beforeAll(async () => {
    stage = await openStage(inject('postgresUrl'), engine);
    subgraph = createCatalogueSubgraph(stage.parts);
    await importInstances({
      folder: dataFolder,
      transact: stage.transact,
      clock: stage.parts.clock,
      signal: new AbortController().signal,
      progress: () => undefined,
    });
  });
  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
  });
  describe('a search', () => {
    test.each([
      ['m7i large', 'aws-m7i-large'],
      ['m7i.large', 'aws-m7i-large'],
      ['M7I.LARGE', 'aws-m7i-large'],
      ['large m7i', 'aws-m7i-large'],
      ['m7i.lagre', 'aws-m7i-large'],
      ['m7i.larg', 'aws-m7i-large'],
      ['aws-m7i-large', 'aws-m7i-large'],
      ['aws:m7i.large:us-east-1', 'aws-m7i-large'],
      ['ec2 t3 micor', 'aws-t3-micro'],
      ['amazon m7i-flex.large', 'aws-m7i-flex-large'],
      ['u-6tb1.56xlarge', 'aws-u-6tb1-56xlarge'],
    ])('for %j finds %s first', async (query, slug) => {
      expect((await search(query))[0]).toBe(slug);
    });

    test.each([
      ['arm64 graviton', 396, { name: 'architecture', value: 'arm64' }],
      ['nvidai h100', 2, { name: 'gpu_name', value: 'h100' }],
      ['trainium2', 1, { name: 'accelerator_name', value: 'trainium2' }],
    ])('for %j finds all %i of them', async (query, count, fact) => {
      const { products } = (await ask(
        `query ($query: String) {
        products(query: $query) { totalCount nodes { characteristics { name value } } }
      }`,
        { query },
      )) as { products: { totalCount: number; nodes: { characteristics: object[] }[] } };
      expect(products.totalCount).toBe(count);
      for (const { characteristics } of products.nodes)
        expect(characteristics).toContainEqual(fact);
    });

    test('by what a machine has finds those that have it first', async () => {
      const facts = `characteristics { name number }`;
      const { products } = (await ask(
        `{ products(query: "8 vcpu 32 gib", first: 10) { nodes { ${facts} } } }`,
      )) as { products: { nodes: { characteristics: object[] }[] } };
      for (const { characteristics } of products.nodes) {
        expect(characteristics).toContainEqual({ name: 'vcpu', number: 8 });
        expect(characteristics).toContainEqual({ name: 'memory_mib', number: 32_768 });
      }
    });

    test.each([
      ['m7i.lagre', 'm7i.large'],
      ['Nvidai h100', 'nvidia h100'],
      ['m7i qwertyuiop', null],
      ['m7i.larg', null],
      ['qwertyuiop', null],
    ])('for %j says that %j was meant', async (query, meant) => {
      const { products } = await ask(
        `query ($query: String) { products(query: $query) { didYouMean } }`,
        { query },
      );
      expect(products).toEqual({ didYouMean: meant });
    });

    test('goes by the words that it knows', async () => {
      expect((await search('m7i qwertyuiop'))[0]).toBe('aws-m7i-large');
    });

    test.each(['qwertyuiop', '!?', 'm7i h100'])('for %j finds nothing', async (query) => {
      expect(await search(query)).toEqual([]);
    });

    test('gives scores that fall, and a list gives none', async () => {
      const { found, listed } = (await ask(`{
      found: products(query: "m7i") { edges { score } }
      listed: products { edges { score } }
    }`)) as Record<string, { edges: { score: number | null }[] }>;
      const scores = found?.edges.map(({ score }) => score ?? 0) ?? [];
      expect(scores).toEqual(scores.toSorted((left, right) => right - left));
      expect(listed?.edges[0]?.score).toBeNull();
    });

    async function search(query: string): Promise<string[]> {
      const { products } = (await ask(
        `query ($query: String) { products(query: $query) { nodes { slug } } }`,
        { query },
      )) as { products: Page };
      return products.nodes.map(({ slug }) => slug);
    }
  });

  describe('a filter', () => {
    const europe = `{ name: "region", in: [${europeanRegions.map((name) => `"${name}"`).join()}] }`;
    const wanted = `
    characteristics: [{ name: "vcpu", min: 8, max: 16 }, { name: "memory_mib", min: 32768 }]
    options: [${europe}]`;

    test('by ranges, lists and options gives the cheapest of what has them first', async () => {
      const { products } = (await ask(`{
      products(filter: { ${wanted} }, sort: PRICE_ASC, first: 100) {
        totalCount
        nodes {
          slug
          characteristics { name number }
          variants(filter: { options: [${europe}] }, first: 100) {
            nodes { price { unitPrice { amount } } }
          }
        }
      }
    }`)) as { products: { totalCount: number; nodes: Machine[] } };
      expect(products.totalCount).toBe(157);
      const prices = products.nodes.map(({ characteristics, variants }) => {
        const numbers = new Map(characteristics.map(({ name, number }) => [name, number ?? 0]));
        expect(numbers.get('vcpu')).toBeGreaterThanOrEqual(8);
        expect(numbers.get('vcpu')).toBeLessThanOrEqual(16);
        expect(numbers.get('memory_mib')).toBeGreaterThanOrEqual(32_768);
        return Math.min(...variants.nodes.map(({ price }) => Number(price?.unitPrice.amount)));
      });
      expect(prices).toHaveLength(100);
      expect(prices).toEqual(prices.toSorted((left, right) => left - right));
    });

    test.each([
      ['kinds: [PHYSICAL]', 0],
      ['kinds: [PHYSICAL, SERVICE]', 1363],
      ['brands: ["Amazon Web Services"]', 1363],
      ['brands: ["Somebody"]', 0],
      ['slugs: ["aws-m7i-large", "nothing"]', 1],
      ['ids: ["prd_1"]', 0],
      ['statuses: [DRAFT]', 0],
      ['characteristics: [{ name: "vcpu", in: ["2"] }, { name: "vcpu", in: ["1.0"] }]', 188],
      ['characteristics: [{ name: "encryption_in_transit", in: ["true"] }]', 1091],
      ['price: { currency: "CNY" }', 304],
      ['price: { currency: "USD", max: "2.044" }', 1],
      ['price: { currency: "USD", max: "2.0439" }', 0],
    ])('{ %s } leaves %i', async (filter, count) => {
      const { products } = await ask(`{ products(filter: { ${filter} }) { totalCount } }`);
      expect(products).toEqual({ totalCount: count });
    });

    test('and a query are met both', async () => {
      const { products } = await ask(
        `{ products(query: "graviton", filter: { ${wanted} }) { totalCount } }`,
      );
      expect(products).toEqual({ totalCount: 42 });
    });

    test('is left out of its own facet, and counts in all others', async () => {
      const facetsOf = async (filter: string) => {
        const { products } = (await ask(
          `{ products(filter: { ${filter} }) {
          facets { name label min max values { value label count selected } }
        } }`,
        )) as { products: { facets: TestFacet[] } };
        return new Map(products.facets.map((facet) => [facet.name, facet]));
      };
      const facets = await facetsOf(wanted);
      const memory = '{ name: "memory_mib", min: 32768 }';
      const withoutVcpu = await facetsOf(`characteristics: [${memory}] options: [${europe}]`);
      const plain = (facet: TestFacet | undefined) =>
        facet?.values.map(({ value, count }) => [value, count]);
      expect(plain(facets.get('vcpu'))).toEqual(plain(withoutVcpu.get('vcpu')));
      expect(facets.get('vcpu')).toMatchObject({ label: 'vCPU', min: 2, max: 448 });
      const chosen = facets.get('vcpu')?.values.filter(({ selected }) => selected);
      expect(chosen?.map(({ value }) => value)).toEqual(['8', '12', '16']);
      expect(chosen?.reduce((sum, { count }) => sum + count, 0)).toBe(157);
      expect(facets.get('memory_mib')?.values[0]?.label).toMatch(/ MiB$/);
      expect(facets.get('region')?.values).toContainEqual(
        expect.objectContaining({ value: 'us-east-1', selected: false }),
      );
      expect(plain(facets.get('kind'))).toEqual([['SERVICE', 157]]);
      expect(facets.get('price')).toMatchObject({ label: 'Price', values: [] });
    });

    test('by what nobody has leaves its facet, with what was chosen', async () => {
      const { products } = await ask(
        `{ products(filter: { brands: ["Nobody"] }) {
        totalCount facets(names: ["brand"]) { name values { value count selected } }
      } }`,
      );
      expect(products).toEqual({
        totalCount: 0,
        facets: [
          {
            name: 'brand',
            values: [
              { value: 'Amazon Web Services', count: 1363, selected: false },
              { value: 'Nobody', count: 0, selected: true },
            ],
          },
        ],
      });
    });

    test('asks the store for its words, for what has changed, and for the page', async () => {
      stage.statements.length = 0;
      await ask(
        `{ products(query: "graviton", filter: { ${wanted} }, sort: PRICE_ASC) { totalCount didYouMean facets { name } nodes { slug } } }`,
      );
      expect(stage.statements.toSorted()).toEqual([
        'category-names',
        ...(isPostgres
          ? ['product-changes', 'product-numbers:found:f3-1', 'products:PRICE_ASC:found:f3-1:among']
          : ['changed-facts', 'changed-facts', 'products-by-id']),
        'similar-terms',
      ]);
    });
  });

  describe('what has been typed', () => {
    test.each([
      ['m7i.la', 'Amazon EC2 m7i.large'],
      ['m7i 2', 'Amazon EC2 m7i.2xlarge'],
      ['m7i.lagre', 'Amazon EC2 m7i.large'],
      ['T3.MICR', 'Amazon EC2 t3.micro'],
      ['amazon w', 'Amazon Web Services'],
    ])('%j is completed first by %j', async (prefix, text) => {
      stage.statements.length = 0;
      const { productSuggestions } = (await ask(
        `query ($prefix: String!) {
        productSuggestions(prefix: $prefix, first: 3) { text product { name } }
      }`,
        { prefix },
      )) as { productSuggestions: { text: string; product: { name: string } | null }[] };
      expect(productSuggestions[0]?.text).toBe(text);
      expect(productSuggestions.length).toBeLessThanOrEqual(3);
      for (const { text, product } of productSuggestions) expect(product?.name ?? text).toBe(text);
      const hasProducts = productSuggestions.some(({ product }) => product !== null);
      expect(stage.statements.toSorted()).toEqual([
        ...(!isPostgres && hasProducts ? ['products-by-id'] : []),
        'similar-terms',
        'suggested-brands',
        ...(isPostgres ? ['suggested-products'] : []),
      ]);
    });

    test.each(['', '  ', '!?', 'qwertyuiop'])('%j has no completion', async (prefix) => {
      expect(
        await ask(`query ($prefix: String!) { productSuggestions(prefix: $prefix) { text } }`, {
          prefix,
        }),
      ).toEqual({ productSuggestions: [] });
    });
  });

  test("a list is read from its end, and its cursors are no other list's", async () => {
    const pageOf = `nodes { slug } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }`;
    const { all, end } = (await ask(`{
    all: products(query: "m7i", sort: PRICE_DESC, first: 100) { ${pageOf} }
    end: products(query: "m7i", sort: PRICE_DESC, last: 5) { ${pageOf} }
  }`)) as Record<string, Page>;
    expect(all!.pageInfo.hasNextPage).toBe(false);
    expect(end!.nodes).toEqual(all!.nodes.slice(-5));
    expect(end!.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    const before = end!.pageInfo.startCursor;
    const { products } = (await ask(
      `query ($before: String) {
      products(query: "m7i", sort: PRICE_DESC, last: 5, before: $before) { ${pageOf} }
    }`,
      { before },
    )) as { products: Page };
    expect(products.nodes).toEqual(all!.nodes.slice(-10, -5));
    for (const other of ['query: "m7a", sort: PRICE_DESC', 'query: "m7i", sort: PRICE_ASC']) {
      const { errors } = await run(
        `{ products(${other}, before: "${String(before)}") { nodes { slug } } }`,
        {},
        visitor,
      );
      expect(errors?.[0]?.message).toContain('`before` is not a cursor of this list');
    }
  });
});

interface Page {
  readonly nodes: { readonly slug: string }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

interface TestFacet {
  readonly name: string;
  readonly label: string;
  readonly min: number | null;
  readonly max: number | null;
  readonly values: {
    readonly value: string;
    readonly label: string;
    readonly count: number;
    readonly selected: boolean;
  }[];
}

interface Machine {
  readonly characteristics: { readonly name: string; readonly number: number | null }[];
  readonly variants: { nodes: { price: { unitPrice: { amount: string } } | null }[] };
}

async function ask(
  source: string,
  variables: Record<string, unknown> = {},
  caller = visitor,
): Promise<Record<string, unknown>> {
  const { data, errors } = await run(source, variables, caller);
  expect(errors).toBeUndefined();
  return JSON.parse(JSON.stringify(data)) as Record<string, unknown>;
}

async function run(source: string, variableValues: Record<string, unknown>, caller: Principal) {
  const contextValue = subgraph.contextFor(caller);
  return await graphql({ schema: subgraph.schema, contextValue, source, variableValues });
}

import type { Ask } from './measure.ts';
import type { SyntheticCatalogue } from './synthetic.ts';

/** The same question to one shop or to another. */
export interface Question {
  readonly title: string;
  readonly ours: (catalogue: SyntheticCatalogue) => Ask;
}

/** One that Vendure can be asked, too. */
export interface CommonQuestion extends Question {
  readonly vendures: (catalogue: SyntheticCatalogue) => Ask;
  /** How many times less it has to cost here. */
  readonly timesWanted: number;
}

const pageSize = 20;

const ourList = `query ($after: String) {
  products(first: ${pageSize}, after: $after, sort: NAME) {
    totalCount
    pageInfo { endCursor hasNextPage }
    nodes { id name slug priceRange { min { amount currency } max { amount currency } } }
  }
}`;

const ourProduct = `query ($slug: String!) {
  product(slug: $slug) {
    id name slug description
    characteristics { name label value }
    categories { name slug }
    variants(first: 50) {
      nodes { id sku name price { unitPrice { amount currency } } selectedOptions { name value } }
    }
  }
}`;

const found = `
  totalCount
  nodes { name slug priceRange { min { amount currency } max { amount currency } } }
  facets { name label min max values { value label count selected } }`;

const ourSearch = `query ($query: String!) {
  products(query: $query, first: ${pageSize}) { ${found} }
}`;

/** What a shopper ticks: of each hundred products some five are left. */
const ourFilter = `query {
  products(
    first: ${pageSize}
    sort: PRICE_ASC
    filter: {
      characteristics: [
        { name: "width_cm", min: 100, max: 150 }
        { name: "material", in: ["oak", "walnut"] }
      ]
      options: [{ name: "size", in: ["M", "L"] }]
    }
  ) { ${found} }
}`;

const ourFacets = `query { products(first: ${pageSize}) { ${found} } }`;

const venduresList = `query ($skip: Int!) {
  products(options: { skip: $skip, take: ${pageSize}, sort: { name: ASC } }) {
    totalItems
    items { id name slug variants { price currencyCode } }
  }
}`;

const venduresProduct = `query ($slug: String!) {
  product(slug: $slug) {
    id name slug description
    facetValues { code name facet { name } }
    variants { id sku name price currencyCode options { code name } }
  }
}`;

const venduresSearch = `query ($query: String!) {
  search(input: { term: $query, groupByProduct: true, take: ${pageSize} }) {
    totalItems
    items {
      productName slug currencyCode
      price { ... on PriceRange { min max } ... on SinglePrice { value } }
    }
    facetValues { count facetValue { id name facet { name } } }
  }
}`;

export const list: CommonQuestion = {
  title: 'a page of 20 products, by name',
  ours: () => {
    let after: string | null = null;
    return async (server) => {
      const { products } = await server.ask<{ products: { pageInfo: PageInfo } }>(ourList, {
        after,
      });
      after = products.pageInfo.hasNextPage ? products.pageInfo.endCursor : null;
    };
  },
  vendures: ({ products }) => {
    const pages = Math.floor(products / pageSize);
    return (server, nth) => server.ask(venduresList, { skip: (nth % pages) * pageSize });
  },
  timesWanted: 5,
};

export const product: CommonQuestion = {
  title: 'a product by its slug, with variants and prices',
  ours:
    ({ slugs }) =>
    (server, nth) =>
      server.ask(ourProduct, { slug: nthOf(slugs, nth) }),
  vendures:
    ({ slugs }) =>
    (server, nth) =>
      server.ask(venduresProduct, { slug: nthOf(slugs, nth) }),
  timesWanted: 5,
};

export const search: CommonQuestion = {
  title: 'a search by two words, with facets',
  ours:
    ({ queries }) =>
    (server, nth) =>
      server.ask(ourSearch, { query: nthOf(queries, nth) }),
  vendures:
    ({ queries }) =>
    (server, nth) =>
      server.ask(venduresSearch, { query: nthOf(queries, nth) }),
  timesWanted: 10,
};

export const filter: Question = {
  title: 'three filters that 5 % pass, cheapest first, with facets',
  ours: () => (server) => server.ask(ourFilter, {}),
};

export const facets: Question = {
  title: 'all products, with facets',
  ours: () => (server) => server.ask(ourFacets, {}),
};

interface PageInfo {
  readonly endCursor: string | null;
  readonly hasNextPage: boolean;
}

function nthOf(values: readonly string[], nth: number): string {
  return values[nth % values.length] ?? '';
}

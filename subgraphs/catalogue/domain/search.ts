import { BadInput } from '#errors';
import type { ProductRecord } from './product-record.ts';

/** Which products a list holds, and in what order. */
export interface ProductSearch {
  /** What they have to match, all of it; null lists them all. */
  readonly terms: readonly string[] | null;
  /** RELEVANCE only with terms. */
  readonly order: ProductSort;
}

export type ProductSort = 'RELEVANCE' | 'NAME' | 'NEWEST';

/** For each term of a search the words that it stands for: itself, or what was probably meant. */
export type MeantTerms = readonly (readonly string[])[];

const queryLengthMax = 200;
const termsMax = 12;
const indexedTermsMax = 5_000;
const stopWords = new Set(
  'a an and are as at be by for from in is it of on or that the this to with'.split(' '),
);

/** Reads the arguments of a list. @throws BadInput when the query is too long. */
export function productSearch(query: string | null, sort: ProductSort | null): ProductSearch {
  const order = sort ?? 'RELEVANCE';
  if (query === null || query.trim() === '') {
    return { terms: null, order: order === 'RELEVANCE' ? 'NAME' : order };
  }
  if (query.length > queryLengthMax) {
    throw new BadInput('query', `Give a \`query\` of at most ${queryLengthMax} characters.`);
  }
  const terms = [...new Set(termsOf(query))];
  const telling = terms.filter((term) => !stopWords.has(term));
  return { terms: (telling.length > 0 ? telling : terms).slice(0, termsMax), order };
}

/** The text's words without case and accents; `m7i.large` is two. */
export function termsOf(text: string): string[] {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.match(/[\p{L}\p{N}]{1,64}/gu) ?? [];
}

/** How much a term says about its product: A in the name, D in the description. */
export type Weight = 'A' | 'B' | 'C' | 'D';

/**
 * The terms that a product is found by, in their order. Those of slug and SKUs count once, and only
 * where nothing weightier says them: a product sold in more regions is no better match.
 */
export function indexedTerms(product: ProductRecord): { term: string; weight: Weight }[] {
  const { name, brand, characteristics, description, slug, variants } = product;
  const facts = characteristics.map(({ value }) => (typeof value === 'boolean' ? '' : value));
  const told = [
    ...weighted('A', [name]),
    ...weighted('B', [brand ?? '', ...facts]),
    ...weighted('D', [description]),
  ];
  const known = new Set(told.map(({ term }) => term));
  const codes = new Set(termsOf([slug, ...variants.map(({ sku }) => sku)].join(' ')));
  return [...told, ...weighted('C', codes.difference(known))].slice(0, indexedTermsMax);
}

function weighted(weight: Weight, texts: Iterable<string | number>) {
  return termsOf([...texts].join(' ')).map((term) => ({ term, weight }));
}

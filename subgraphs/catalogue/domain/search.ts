import { BadInput } from '#errors';
import { readFilter, type FilterInput, type ProductFilter } from './filter.ts';
import type { ProductRecord } from './product-record.ts';

/** Which products a list holds, and in what order. */
export interface ProductSearch {
  /** As it was given; null lists all that pass the filter. */
  readonly query: string | null;
  /** What they have to match, all of it; null without a query. */
  readonly terms: readonly string[] | null;
  readonly filter: ProductFilter;
  /** RELEVANCE only with terms. */
  readonly order: ProductSort;
  /** That of the prices which are compared. */
  readonly currency: string;
}

export type ProductSort = 'RELEVANCE' | 'NAME' | 'PRICE_ASC' | 'PRICE_DESC' | 'NEWEST';

/** For each term of a search the words that it stands for: itself, or what was probably meant. */
export type MeantTerms = readonly (readonly string[])[];

const queryLengthMax = 200;
const termsMax = 12;
const indexedTermsMax = 5_000;
const stopWords = new Set(
  'a an and are as at be by for from in is it of on or that the this to with'.split(' '),
);

/** Reads the arguments of a list. @throws BadInput for a query or filter that nobody can mean. */
export function productSearch(
  { query, filter, sort }: SearchInput,
  shopCurrency: string,
): ProductSearch {
  const order = sort ?? 'RELEVANCE';
  const read = {
    filter: readFilter(filter ?? {}),
    currency: filter?.price?.currency ?? shopCurrency,
  };
  if (query === null || query === undefined || query.trim() === '') {
    return { ...read, query: null, terms: null, order: order === 'RELEVANCE' ? 'NAME' : order };
  }
  return { ...read, query, terms: telling(query), order };
}

/** The words of a text that tell something, each once. @throws BadInput when it is too long. */
export function telling(query: string, field = 'query'): string[] {
  if (query.length > queryLengthMax) {
    throw new BadInput(field, `Give a \`${field}\` of at most ${queryLengthMax} characters.`);
  }
  const terms = [...new Set(termsOf(query))];
  const rare = terms.filter((term) => !stopWords.has(term));
  return (rare.length > 0 ? rare : terms).slice(0, termsMax);
}

/** As the contract has it. */
export interface SearchInput {
  readonly query?: string | null | undefined;
  readonly filter?: FilterInput | null | undefined;
  readonly sort?: ProductSort | null | undefined;
}

/** The text's words without case and accents; `m7i.large` is two. */
export function termsOf(text: string): string[] {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.match(/[\p{L}\p{N}]{1,64}/gu) ?? [];
}

/** The query with the words that were probably meant, or null when it was meant as it is. */
export function corrected(
  query: string,
  terms: readonly string[],
  meant: MeantTerms,
): string | null {
  const corrections = new Map(
    terms.flatMap((term, index) => {
      const [first] = meant[index] ?? [];
      return first === undefined || first === term ? [] : [[term, first]];
    }),
  );
  if (corrections.size === 0) return null;
  return query.replace(
    /[\p{L}\p{M}\p{N}]+/gu,
    (word) => corrections.get(termsOf(word)[0] ?? '') ?? word,
  );
}

/** How much a term says about its product: A in the name, D in the description. */
export type Weight = 'A' | 'B' | 'C' | 'D';

/**
 * The terms that a product is found by, in their order. Those of slug and SKUs count once, and only
 * where nothing weightier says them: a product sold in more regions is no better match.
 */
export function indexedTerms(product: ProductRecord): { term: string; weight: Weight }[] {
  const { name, brand, characteristics, description, slug, variants, translations } = product;
  const facts = characteristics.flatMap(({ value }) => (typeof value === 'boolean' ? [] : value));
  const told = [
    ...weighted('A', [name, ...translations.map((each) => each.name ?? '')]),
    ...weighted('B', [brand ?? '', ...facts]),
    ...weighted('D', [description, ...translations.map((each) => each.description ?? '')]),
  ];
  const known = new Set(told.map(({ term }) => term));
  const codes = new Set(termsOf([slug, ...variants.map(({ sku }) => sku)].join(' ')));
  return [...told, ...weighted('C', codes.difference(known))].slice(0, indexedTermsMax);
}

function weighted(weight: Weight, texts: Iterable<string | number>) {
  return termsOf([...texts].join(' ')).map((term) => ({ term, weight }));
}

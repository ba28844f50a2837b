import type { Principal } from '#auth';
import type { Place } from '../domain/place.ts';
import type { MeantTerms, ProductSearch } from '../domain/search.ts';
import { nearestTerms } from '../domain/typing-errors.ts';
import type { Parts } from '../parts.ts';
import type { FoundProduct } from '../store/search.ts';

/** One page of products. A term that nobody knows stands for the nearest known ones, or else for nothing. */
export async function searchProducts(
  parts: Parts,
  caller: Principal,
  { terms, order }: ProductSearch,
  after: Place | null,
  limit: number,
): Promise<FoundProduct[]> {
  const meant = await understand(parts, terms);
  if (meant?.length === 0) return [];
  return await parts.search.searchProducts(caller, { terms: meant, order }, after, limit);
}

/** How many products all pages hold. */
export async function countProducts(
  parts: Parts,
  caller: Principal,
  { terms }: ProductSearch,
): Promise<number> {
  const meant = await understand(parts, terms);
  return meant?.length === 0 ? 0 : await parts.search.countProducts(caller, meant);
}

async function understand({ search }: Parts, terms: readonly string[] | null) {
  if (terms === null) return null;
  const unknown = await search.findSimilarTerms(terms.filter((term) => /\p{L}/u.test(term)));
  const similar = new Map(unknown.map((row) => [row.term, row.similar]));
  const meant: MeantTerms = terms.map((term) => {
    const known = similar.get(term);
    return known === undefined ? [term] : nearestTerms(term, known);
  });
  return meant.filter((words) => words.length > 0);
}

import type { MeantTerms } from '../../domain/search.ts';
import { nearestTerms } from '../../domain/typing-errors.ts';
import type { Select } from '../database.ts';

/** Near in letters need not be near in trigrams: `lagre` shares a fifth of them with `large`. */
const similarMax = 100;

/** A term that no product is found by stands for the nearest known ones, or else for nothing. */
export async function understand(select: Select, terms: readonly string[]): Promise<MeantTerms> {
  const words = terms.filter((term) => /\p{L}/u.test(term));
  const unknown = words.length === 0 ? [] : await findSimilarTerms(select, words);
  const similar = new Map(unknown.map((row) => [row.term, row.similar]));
  return terms.map((term) => {
    const known = similar.get(term);
    return known === undefined ? [term] : nearestTerms(term, known);
  });
}

/** For each of the terms that no product is found by, even as a beginning, the terms most like it. */
async function findSimilarTerms(
  select: Select,
  terms: readonly string[],
): Promise<{ term: string; similar: string[] }[]> {
  return await select(
    'similar-terms',
    `select term, array(
       select known.term from search_term as known
       order by known.term <-> asked.term limit ${similarMax}
     ) as similar
     from unnest($1::text[]) as asked(term)
     where not exists (
       select from search_term as known
       where known.term >= asked.term and known.term < asked.term || chr(1114111)
     )`,
    [terms],
  );
}

import type { MeantTerms } from '../../../domain/search.ts';
import { beginning, exactly, isNumber, type Query } from './query.ts';

/** How much a term says, by where it stands; sums of these are exact, so a score is the same each time. */
const weights = { nameTerms: 8, factTerms: 4, codeTerms: 2, terms: 1 } as const;
const togetherWeight = 4;

/**
 * Ranks what matches: by where each term stands, twice where it stands there in full, and by those that follow
 * each other; a short name is met more fully. A score depends on its product alone, never on what else is there, so that pages go on
 * rightly while products come and go.
 */
export function ranked(matching: readonly Query[], terms: MeantTerms): Query {
  return {
    function_score: {
      query: {
        bool: {
          filter: [...matching],
          should: [...terms.flatMap(termScores), ...togetherScores(terms)],
        },
      },
      functions: [{ field_value_factor: { field: 'brevity', missing: 1 } }],
      boost_mode: 'multiply',
    },
  };
}

function termScores(words: readonly string[]): Query[] {
  const fields = Object.entries(weights);
  const begun = words
    .filter((word) => !isNumber(word))
    .flatMap((word) => fields.map(([field, weight]) => beginning(field, word, weight)));
  const said = words.flatMap((word) =>
    fields.map(([field, weight]) => exactly(field, word, weight)),
  );
  return [
    { dis_max: { queries: said } },
    ...(begun.length > 0 ? [{ dis_max: { queries: begun } }] : []),
  ];
}

/** For each two terms that are asked for one after the other: that they are told so. */
function togetherScores(terms: MeantTerms): Query[] {
  return terms.slice(1).map((seconds, before) => ({
    dis_max: {
      queries: seconds.flatMap((second) =>
        (terms[before] ?? []).map((first) => ({
          constant_score: {
            filter: { match_phrase: { told: `${first} ${second}` } },
            boost: togetherWeight,
          },
        })),
      ),
    },
  }));
}

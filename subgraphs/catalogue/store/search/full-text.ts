import type { MeantTerms, Weight } from '../../domain/search.ts';

/** PostgreSQL's text form of what a product is found by. Terms are letters and digits: no quoting. */
export function tsvector(terms: readonly { term: string; weight: Weight }[]): string {
  return terms.map(({ term, weight }, index) => `${term}:${index + 1}${weight}`).join(' ');
}

/** Matches what has, of each term, one of the words that it stands for, or one that begins so. */
export function tsquery(terms: MeantTerms): string {
  return terms
    .map((words) => `(${words.map((word) => (isNumber(word) ? word : `${word}:*`)).join('|')})`)
    .join('&');
}

/** Matches names that have, of each term, a word that begins like one that it stands for. */
export function nameTsquery(terms: MeantTerms): string {
  return terms.map((words) => `(${words.map((word) => `${word}:*A`).join('|')})`).join('&');
}

/** Any of the words as they are: how many of them are met tells good matches from fair ones. */
export function exactTsquery(terms: MeantTerms): string {
  return terms
    .flat()
    .filter((word) => !isNumber(word)) // those are never met otherwise
    .join('|');
}

/** `8` is no beginning of `8192`. */
function isNumber(word: string): boolean {
  return /^\p{N}+$/u.test(word);
}

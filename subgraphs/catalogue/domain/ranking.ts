import { BadInput } from '#errors';
import type { EngineName } from './place.ts';
import type { SearchPage } from './product-matches.ts';
import type { ProductSort } from './search.ts';

/** @throws BadInput for a place in another engine's ranking; by anything else, all engines order alike. */
export function checkRanking(page: SearchPage, order: ProductSort, engine: EngineName): void {
  if (order !== 'RELEVANCE' || page.from === null || page.from.engine === engine) return;
  const field = page.backwards ? 'before' : 'after';
  throw new BadInput(
    field,
    `\`${field}\` is a place in a ranking that is not to be had now: begin again without it.`,
  );
}

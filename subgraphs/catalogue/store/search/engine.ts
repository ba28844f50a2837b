import type { Principal } from '#auth';
import type { EngineName } from '../../domain/place.ts';
import type { ProductMatches, Suggestion } from '../../domain/product-matches.ts';
import type { ProductSearch } from '../../domain/search.ts';

/** Finds products. Whatever does it, the same are found; how well they match may differ. */
export interface SearchEngine {
  /** What the caller may see of what is asked for; it is looked for once something of it is wanted. */
  search(caller: Principal, asked: ProductSearch, tell?: Tell): ProductMatches;
  /** At most `limit` completions of what was typed, best first. */
  suggest(caller: Principal, typed: string, limit: number, tell?: Tell): Promise<Suggestion[]>;
}

/** Hears who answered, each time that there was a choice. */
export type Tell = (answered: Answered) => void;

export interface Answered {
  readonly engine: EngineName;
  /** Whether another should have, and could not. */
  readonly fallback: boolean;
}

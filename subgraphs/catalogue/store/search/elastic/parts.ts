import type { Select } from '../../database.ts';
import type { ProductStore } from '../../products.ts';
import type { FactMemory } from '../memory/fact-memory.ts';
import type { IndexReader } from './index-reader.ts';

/** What a search by Elasticsearch asks. */
export interface ElasticSearchParts {
  readonly index: IndexReader;
  /** The catalogue knows what terms and facts there are; the index, which products have them. */
  readonly select: Select;
  readonly facts: FactMemory;
  readonly products: Pick<ProductStore, 'findProductsById'>;
  readonly clock: () => Date;
}

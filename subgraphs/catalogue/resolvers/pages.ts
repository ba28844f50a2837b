import type { Connection } from '#graphql';
import type { Product, Variant } from '../domain/product.ts';
import type { ProductSearch } from '../domain/search.ts';
import type { VariantList } from '../domain/variant-list.ts';

/** A page of a list of products; what was asked for is kept, to count the whole list by. */
export interface ProductPage extends Omit<Connection<Product>, 'edges'> {
  readonly search: ProductSearch;
  readonly edges: readonly {
    readonly node: Product;
    readonly cursor: string;
    /** Null where nothing was ranked. */
    readonly score: number | null;
  }[];
}

/** A page of a product's variants; the list is kept, to count the whole by. */
export interface ProductVariantPage extends Connection<Variant> {
  readonly list: VariantList;
}

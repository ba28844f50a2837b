import type { Connection } from '#graphql';
import type { Product, Variant } from '../domain/product.ts';
import type { ProductMatches } from '../domain/product-matches.ts';
import type { VariantList } from '../domain/variant-list.ts';

/** A page of a list of products, with the whole that it is of. */
export interface ProductPage extends Omit<Connection<Product>, 'edges'> {
  readonly matches: ProductMatches;
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

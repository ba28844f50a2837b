/** Those variants of a product that match. */
export interface VariantList {
  readonly productId: string;
  /** Null leaves all. */
  readonly skus: readonly string[] | null;
  /** Options whose value must be one of some. */
  readonly options: readonly { readonly name: string; readonly in: readonly string[] }[];
}

/** A part of such a list, which is in the order of the SKUs. */
export interface VariantPage extends VariantList {
  /** The SKU after which it begins. */
  readonly after: string | null;
  readonly limit: number;
}

/** A picture or the like of a product. */
export interface Media {
  readonly url: string;
  /** What it shows, for those who can't see it. */
  readonly alt: string | null;
  readonly kind: MediaKind;
}
export type MediaKind = 'IMAGE' | 'VIDEO' | 'DOCUMENT';

/** What a product is called in another language. */
export interface Translation {
  /** A BCP 47 tag. */
  readonly locale: string;
  /** Null where that language has none. */
  readonly name: string | null;
  readonly description: string | null;
}

/** What another product is to this one. */
export interface ProductRelation {
  readonly kind: ProductRelationKind;
  readonly productId: string;
}
export type ProductRelationKind =
  'REQUIRES' | 'EXCLUDES' | 'MIGRATES_TO' | 'ACCESSORY' | 'ALTERNATIVE';

/** A part of a bundle: so many of a variant, or, of the items of a group, a choice within bounds. */
export interface BundleItem {
  readonly sku: string;
  readonly group: string | null;
  readonly quantity: number;
  readonly minQuantity: number;
  readonly maxQuantity: number;
}

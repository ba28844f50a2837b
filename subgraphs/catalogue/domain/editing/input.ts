import type { BillingPeriod, PriceKind } from '../price.ts';
import type { MediaKind, ProductRelation } from '../product-parts.ts';
import type { ProductKind, ProductStatus, SelectedOption } from '../product.ts';

/** What a product has besides its variants, as the contract has it. */
export interface ProductParts {
  readonly description?: string | null | undefined;
  readonly brand?: string | null | undefined;
  readonly categoryIds?: readonly string[] | null | undefined;
  readonly characteristics?: readonly CharacteristicInput[] | null | undefined;
  readonly configurationFields?: readonly ConfigurationFieldInput[] | null | undefined;
  readonly provisioningTemplateKey?: string | null | undefined;
  readonly media?: readonly MediaInput[] | null | undefined;
  readonly bundleItems?: readonly BundleItemInput[] | null | undefined;
  readonly relations?: readonly ProductRelation[] | null | undefined;
  readonly translations?: readonly TranslationInput[] | null | undefined;
}

export interface CreateProductInput extends ProductParts {
  readonly slug: string;
  readonly name: string;
  readonly kind: ProductKind;
  readonly variants?: readonly VariantInput[] | null | undefined;
}

/** A field left out keeps its value; null clears it. */
export interface UpdateProductInput extends ProductParts {
  readonly id: string;
  readonly expectedVersion?: number | null | undefined;
  readonly name?: string | null | undefined;
}

export interface CharacteristicInput {
  readonly name: string;
  readonly label?: string | null | undefined;
  readonly type?: 'TEXT' | 'NUMBER' | 'BOOLEAN' | 'LIST' | null | undefined;
  readonly value?: string | null | undefined;
  readonly values?: readonly string[] | null | undefined;
  readonly number?: number | null | undefined;
  readonly unit?: string | null | undefined;
}

export interface MediaInput {
  readonly url: string;
  readonly alt?: string | null | undefined;
  readonly kind?: MediaKind | null | undefined;
}

export interface TranslationInput {
  readonly locale: string;
  readonly name?: string | null | undefined;
  readonly description?: string | null | undefined;
}

export interface BundleItemInput {
  readonly sku: string;
  readonly group?: string | null | undefined;
  readonly quantity?: number | null | undefined;
  readonly minQuantity?: number | null | undefined;
  readonly maxQuantity?: number | null | undefined;
}

export interface ConfigurationFieldInput {
  readonly name: string;
  readonly label: string;
  readonly required: boolean;
  readonly schema: unknown;
}

/** Of a variant that there is, a field left out keeps its value. */
export interface VariantInput {
  readonly sku: string;
  readonly name?: string | null | undefined;
  readonly status?: ProductStatus | null | undefined;
  readonly options?: readonly SelectedOption[] | null | undefined;
  readonly prices?: readonly PriceInput[] | null | undefined;
}

export interface PriceInput {
  readonly kind: PriceKind;
  readonly unitPrice: { readonly amount: string; readonly currency: string };
  readonly taxIncluded?: boolean | null | undefined;
  readonly period?: BillingPeriod | null | undefined;
  readonly periodCount?: number | null | undefined;
  readonly committedPeriods?: number | null | undefined;
  readonly unit?: string | null | undefined;
  readonly minQuantity?: number | null | undefined;
  readonly validFrom?: Date | null | undefined;
  readonly validUntil?: Date | null | undefined;
}

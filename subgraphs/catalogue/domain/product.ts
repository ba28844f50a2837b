/** What can be bought, in one or more variants. */
export interface Product {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly kind: ProductKind;
  readonly status: ProductStatus;
  readonly brand: string | null;
  /** Which template provisions it, when anything is to be provisioned. */
  readonly provisioningTemplateKey: string | null;
  readonly configurationFields: readonly ConfigurationField[];
  /** Grows with every change. */
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export type ProductKind = 'PHYSICAL' | 'DIGITAL' | 'SERVICE' | 'BUNDLE';
export type ProductStatus = 'DRAFT' | 'ACTIVE' | 'RETIRED';

/** What the customer fills in when buying. */
export interface ConfigurationField {
  readonly name: string;
  readonly label: string;
  readonly required: boolean;
  /** JSON Schema of the value. */
  readonly schema: Readonly<Record<string, unknown>>;
}

/** A fixed fact of a product. */
export interface Characteristic {
  readonly name: string;
  readonly label: string;
  /** A list has several. */
  readonly value: string | number | boolean | readonly string[];
  /** Of a number, if it has one. */
  readonly unit: string | null;
}

/** A choice that tells a product's variants apart, with its values in the order to show them. */
export interface ProductOption {
  readonly name: string;
  readonly values: readonly string[];
}

/** What is sold, stocked and provisioned: one choice of a product's options. */
export interface Variant {
  readonly id: string;
  readonly productId: string;
  /** Never changes, and is never used again. */
  readonly sku: string;
  readonly name: string;
  readonly status: ProductStatus;
  readonly version: number;
  readonly selectedOptions: readonly SelectedOption[];
}

export interface SelectedOption {
  readonly name: string;
  readonly value: string;
}

/** A characteristic's value with its unit, for people. */
export function displayValue({ value, unit }: Characteristic): string {
  const text = typeof value === 'object' ? value.join(', ') : String(value);
  return unit === null ? text : `${text} ${unit}`;
}

/**
 * The name's place among names: case and accents don't count, and numbers compare as numbers, so that
 * `m7i.2xlarge` comes before `m7i.12xlarge`.
 */
export function sortKey(name: string): string {
  const key = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/\d+/g, (digits) => digits.padStart(8, '0'));
  return key.slice(0, sortKeyLengthMax).toWellFormed();
}

/** What an index takes, whatever the letters. */
const sortKeyLengthMax = 600;

import type { Money } from '#money';

export type BillingPeriod = 'HOUR' | 'DAY' | 'WEEK' | 'MONTH' | 'YEAR';

/** What the catalogue sells a variant for, to a buyer of some quantity, in one currency, now. */
export interface Offer {
  readonly sku: string;
  readonly productName: string;
  /** False when the variant or its product is a draft, or was retired. */
  readonly onSale: boolean;
  /** Which template provisions it; null for what is not provisioned. */
  readonly templateKey: string | null;
  readonly configurationFields: readonly ConfigurationField[];
  /** Null when it isn't sold in that currency. */
  readonly price: OfferPrice | null;
}

export interface OfferPrice {
  readonly unitPrice: Money;
  /** Null for what is paid once. */
  readonly recurrence: Recurrence | null;
}

export interface Recurrence {
  readonly period: BillingPeriod;
  /** 3 with MONTH: each quarter. */
  readonly periodCount: number;
}

export interface ConfigurationField {
  readonly name: string;
  readonly label: string;
  readonly required: boolean;
  /** JSON Schema (2020-12) of the value. */
  readonly schema: unknown;
}

/** What the customer filled in, by the field's name. */
export type Configuration = Readonly<Record<string, unknown>>;

/** 730 hours are a month (8,760 hours in a year ÷ 12), as cloud providers count. */
const hoursInMonth = 730;

/** How many of its periods one charge covers: what costs by the hour is sold by the month. */
export function periodsCharged(recurrence: Recurrence | null): number {
  return recurrence?.period === 'HOUR' ? hoursInMonth : 1;
}

/** How often a line is charged again: by the month where the price is by the hour. */
export function chargeRecurrence(recurrence: Recurrence | null): Recurrence | null {
  return recurrence?.period === 'HOUR' ? { period: 'MONTH', periodCount: 1 } : recurrence;
}

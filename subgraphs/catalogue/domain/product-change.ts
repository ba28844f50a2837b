import { inOneOrder } from './in-one-order.ts';
import type { ProductRecord, VariantRecord } from './product-record.ts';

/** Who changed what of a product, and when. */
export interface ProductChange {
  readonly id: string;
  readonly at: Date;
  /** The id of a person, an API client or a service. */
  readonly actor: string;
  /** That the product has since. */
  readonly version: number;
  /** What differs, by its name; variants by their SKU. Null of a new product. */
  readonly before: Difference | null;
  readonly after: Difference;
}

/** JSON values by name. */
export type Difference = Readonly<Record<string, unknown>>;

/** A part of the changes of a product, which begin with the newest. */
export interface ChangePage {
  readonly productId: string;
  /** The version after which it begins; null at the newest. */
  readonly after: number | null;
  readonly limit: number;
}

/** What differs between two states of a product, or all of a new one; null when nothing does. */
export function differenceOf(
  before: ProductRecord | null,
  after: ProductRecord,
): Pick<ProductChange, 'before' | 'after'> | null {
  const now = viewOf(after);
  if (before === null) return { before: null, after: now };
  const then = viewOf(before);
  const names = differing(then, now);
  if (names.length === 0) return null;
  const skus = differing(then.variants, now.variants);
  const part = (view: View) => ({
    ...picked(view, names),
    ...(names.includes('variants') && { variants: picked(view.variants, skus) }),
  });
  return { before: part(then), after: part(now) };
}

/** What a product is once a source's record has landed on it: what no source tells stays, and so does its status. */
export function landed(before: ProductRecord, record: ProductRecord): ProductRecord {
  const known = new Map(before.variants.map((variant) => [variant.sku, variant]));
  const named = record.variants.map((variant) => ({
    ...variant,
    status: known.get(variant.sku)?.status ?? variant.status,
  }));
  for (const { sku } of named) known.delete(sku);
  const { status, translations, relations, bundleItems } = before;
  const kept = { status, translations, relations, bundleItems };
  return { ...record, ...kept, variants: [...known.values(), ...named] };
}

interface View extends Difference {
  readonly variants: Difference;
}

/** As it is told: what has no order of its own is in one order. */
function viewOf(record: ProductRecord): View {
  const { slug, name, description, kind, status, brand, provisioningTemplateKey } = record;
  const { configurationFields, characteristics, categoryIds, options } = record;
  const { media, translations, relations, bundleItems } = record;
  const bySku = record.variants.map(({ sku, ...variant }) => [sku, variantView(variant)]);
  return {
    ...{ slug, name, description, kind, status, brand, provisioningTemplateKey },
    ...{ configurationFields, characteristics, categoryIds, options },
    ...{ media, translations, relations, bundleItems },
    variants: Object.fromEntries(bySku) as Difference,
  };
}

function variantView({ prices, ...variant }: Omit<VariantRecord, 'sku'>): Difference {
  return { ...variant, prices: prices.toSorted((a, b) => (told(a) < told(b) ? -1 : 1)) };
}

function differing(then: Difference, now: Difference): string[] {
  const names = [...new Set([...Object.keys(then), ...Object.keys(now)])];
  return names.filter((name) => told(then[name]) !== told(now[name]));
}

function picked(view: Difference, names: readonly string[]): Difference {
  return Object.fromEntries(names.flatMap((name) => (name in view ? [[name, view[name]]] : [])));
}

function told(value: unknown): string {
  return JSON.stringify([inOneOrder(value)]);
}

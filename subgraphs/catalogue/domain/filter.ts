import { BadInput } from '#errors';
import { compare } from '#money';
import type { ProductKind, ProductStatus } from './product.ts';

/** What the products of a list have in common: all that is named. */
export interface ProductFilter {
  /** Null where any will do. */
  readonly ids: readonly string[] | null;
  readonly slugs: readonly string[] | null;
  readonly statuses: readonly ProductStatus[] | null;
  readonly facts: readonly FactFilter[];
  readonly price: PriceBounds | null;
}

/**
 * Where a fact is from: the product's own kind or brand, a category that it is in, or in one below, a
 * characteristic, an option or the stock of its variants.
 */
export type FactSource = 'KIND' | 'BRAND' | 'CATEGORY' | 'CHARACTERISTIC' | 'OPTION' | 'STOCK';

/** Whether each variant has its own: one variant has to meet all filters by such facts. */
export function isOfVariants(source: FactSource): boolean {
  return source === 'OPTION' || source === 'STOCK';
}

/** Met by whatever has, for this name, a value of any of the choices. */
export interface FactFilter {
  readonly source: FactSource;
  readonly name: string;
  readonly anyOf: readonly FactChoice[];
  /** The path to it in the input. */
  readonly field: string;
}

/** Values that are in the list, if there is one, and within the bounds, if there are any. */
export interface FactChoice {
  readonly in: readonly string[] | null;
  readonly min: number | null;
  readonly max: number | null;
}

/** Of what one piece costs; a price by any period counts as that of a month. Bounds are included. */
export interface PriceBounds {
  readonly min: string | null;
  readonly max: string | null;
}

/** As the contract has it. */
export interface FilterInput {
  readonly ids?: readonly string[] | null | undefined;
  readonly slugs?: readonly string[] | null | undefined;
  readonly categoryId?: string | null | undefined;
  readonly kinds?: readonly ProductKind[] | null | undefined;
  readonly brands?: readonly string[] | null | undefined;
  readonly statuses?: readonly ProductStatus[] | null | undefined;
  readonly price?: (Partial<PriceBounds> & { readonly currency: string }) | null | undefined;
  readonly characteristics?: readonly CharacteristicInput[] | null | undefined;
  readonly options?: readonly { readonly name: string; readonly in: readonly string[] }[] | null;
  readonly inStock?: boolean | null | undefined;
}

interface CharacteristicInput {
  readonly name: string;
  readonly in?: readonly string[] | null | undefined;
  readonly min?: number | null | undefined;
  readonly max?: number | null | undefined;
}

/** Characteristics and options at most, and of each list the values. */
const filtersMax = 12;
const valuesMax = 500;

/** @throws BadInput for what no list can be filtered by. */
export function readFilter(input: FilterInput): ProductFilter {
  const { ids, slugs, statuses, categoryId, kinds, brands } = input;
  const { characteristics, options, price, inStock } = input;
  for (const [name, list] of Object.entries({ ids, slugs, brands })) checkValues(name, list);
  checkCount('characteristics', characteristics);
  checkCount('options', options);
  return {
    ids: ids ?? null,
    slugs: slugs ?? null,
    statuses: statuses ?? null,
    facts: [
      ...(categoryId == null
        ? []
        : [listed('CATEGORY', 'categoryId', [categoryId], 'filter.categoryId')]),
      ...(kinds ? [listed('KIND', 'kind', kinds, 'filter.kinds')] : []),
      ...(brands ? [listed('BRAND', 'brand', brands, 'filter.brands')] : []),
      ...joined((characteristics ?? []).map(characteristicFilter)),
      ...joined(
        (options ?? []).map(({ name, in: values }, index) => {
          checkValues(`options.${index}.in`, values);
          return listed('OPTION', name, values, `filter.options.${index}`);
        }),
      ),
      ...(typeof inStock === 'boolean'
        ? [listed('STOCK', 'inStock', [String(inStock)], 'filter.inStock')]
        : []),
    ],
    price: price ? priceBounds(price) : null,
  };
}

function characteristicFilter(input: CharacteristicInput, index: number): FactFilter {
  const { name, in: values = null, min = null, max = null } = input;
  const field = `filter.characteristics.${index}`;
  if (values === null && min === null && max === null) {
    throw new BadInput(field, `Give \`${field}\` an \`in\`, a \`min\` or a \`max\`.`);
  }
  if (min !== null && max !== null && min > max) {
    throw new BadInput(`${field}.min`, `Give \`${field}.min\` no more than its \`max\`.`);
  }
  checkValues(`characteristics.${index}.in`, values);
  return { source: 'CHARACTERISTIC', name, anyOf: [{ in: values, min, max }], field };
}

function listed(
  source: FactSource,
  name: string,
  values: readonly string[],
  field: string,
): FactFilter {
  return { source, name, anyOf: [{ in: values, min: null, max: null }], field };
}

/** The values of one name are alternatives, even when it is named more than once. */
function joined(filters: readonly FactFilter[]): FactFilter[] {
  return [...Map.groupBy(filters, ({ name }) => name).values()].flatMap((same) =>
    same.slice(0, 1).map((first) => ({ ...first, anyOf: same.flatMap(({ anyOf }) => anyOf) })),
  );
}

function priceBounds(input: Partial<PriceBounds> & { readonly currency: string }): PriceBounds {
  const { min = null, max = null, currency } = input;
  checkCurrency('filter.price.currency', currency);
  if (min !== null && max !== null) {
    const [low, high] = [min, max].map((amount) => ({ amount, currency }));
    if (low && high && compare(low, high) > 0) {
      throw new BadInput('filter.price.min', 'Give `filter.price.min` no more than its `max`.');
    }
  }
  return { min, max };
}

const currencies = new Set(Intl.supportedValuesOf('currency'));

/** Whether it is one of ISO 4217. */
export function isCurrency(code: string): boolean {
  return currencies.has(code);
}

/** @throws BadInput for what is no currency of ISO 4217. */
export function checkCurrency(field: string, currency: string): void {
  if (isCurrency(currency)) return;
  throw new BadInput(
    field,
    `\`${field}\`: ${currency} is no currency of ISO 4217; give one such as USD.`,
  );
}

function checkCount(name: string, filters: readonly unknown[] | null | undefined): void {
  if ((filters?.length ?? 0) <= filtersMax) return;
  throw new BadInput(`filter.${name}`, `Give at most ${filtersMax} of \`filter.${name}\`.`);
}

function checkValues(name: string, values: readonly unknown[] | null | undefined): void {
  if ((values?.length ?? 0) <= valuesMax) return;
  throw new BadInput(`filter.${name}`, `Give \`filter.${name}\` at most ${valuesMax} values.`);
}

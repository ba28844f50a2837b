import { Refusal } from '#errors';
import { nameProblem } from '../names.ts';
import type { ProductRecord, VariantRecord } from '../product-record.ts';
import type { ProductOption, SelectedOption } from '../product.ts';
import type { PriceInput, VariantInput } from './input.ts';
import { readDistinct, type Path } from './read-list.ts';
import { readPrices } from './read-price.ts';

/** The record with these variants besides, or changed by SKU; those that aren't named stay. */
export function withVariants(
  record: ProductRecord,
  inputs: readonly VariantInput[] | null,
): ProductRecord | Refusal {
  const known = new Map(record.variants.map((variant) => [variant.sku, variant]));
  const given = readDistinct(inputs, 'sku', ['variants'], (input, path) =>
    readVariant(input, known.get(input.sku), path),
  );
  if (given instanceof Refusal) return given;
  for (const variant of given) known.set(variant.sku, variant);
  const variants = [...known.values()];
  return { ...record, variants, options: optionsOf(variants, record.options) };
}

/** The record with these prices of one of its variants, and no others of that. */
export function withPrices(
  record: ProductRecord,
  sku: string,
  inputs: readonly PriceInput[],
): ProductRecord | Refusal {
  const prices = readPrices(inputs, ['prices']);
  if (prices instanceof Refusal) return prices;
  const variants = record.variants.map((variant) =>
    variant.sku === sku ? { ...variant, prices } : variant,
  );
  return { ...record, variants };
}

function readVariant(
  { sku, name, status, options, prices }: VariantInput,
  known: VariantRecord | undefined,
  path: Path,
): VariantRecord | Refusal {
  const label = (name === undefined ? known?.name : name) ?? sku;
  const problem = nameProblem(sku, [...path, 'sku']) ?? nameProblem(label, [...path, 'name']);
  if (problem !== null) return problem;
  const selectedOptions =
    options === undefined
      ? (known?.selectedOptions ?? [])
      : readDistinct(options, 'name', [...path, 'options'], readOption);
  if (selectedOptions instanceof Refusal) return selectedOptions;
  const own =
    prices === undefined ? (known?.prices ?? []) : readPrices(prices, [...path, 'prices']);
  if (own instanceof Refusal) return own;
  return {
    ...{ sku, name: label, selectedOptions, prices: own },
    status: status ?? known?.status ?? 'ACTIVE',
  };
}

function readOption({ name, value }: SelectedOption, path: Path): SelectedOption | Refusal {
  return (
    nameProblem(name, [...path, 'name']) ??
    nameProblem(value, [...path, 'value']) ?? { name, value }
  );
}

/** What tells the variants apart. What is known keeps its place; what is new comes last, in the variants' order. */
export function optionsOf(
  variants: readonly VariantRecord[],
  known: readonly ProductOption[] = [],
): ProductOption[] {
  const selected = variants.flatMap(({ selectedOptions }) => selectedOptions);
  const values = new Map(
    [...Map.groupBy(selected, ({ name }) => name)].map(([name, own]) => [
      name,
      new Set(own.map(({ value }) => value)),
    ]),
  );
  const names = new Set([...known.map(({ name }) => name), ...values.keys()]);
  return [...names].flatMap((name) => {
    const used = values.get(name);
    if (used === undefined) return [];
    const before = known.find((option) => option.name === name)?.values ?? [];
    return [
      { name, values: [...new Set([...before.filter((value) => used.has(value)), ...used])] },
    ];
  });
}

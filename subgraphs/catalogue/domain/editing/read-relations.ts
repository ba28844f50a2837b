import { Refusal } from '#errors';
import { nameProblem } from '../names.ts';
import type { BundleItem, Media, ProductRelation, Translation } from '../product-parts.ts';
import type { ProductKind } from '../product.ts';
import type { BundleItemInput, MediaInput, TranslationInput } from './input.ts';
import { readDistinct, readList, type Path } from './read-list.ts';

export function readMedia(inputs: readonly MediaInput[] | null): Media[] | Refusal {
  return readDistinct(inputs, 'url', ['media'], ({ url, alt = null, kind }) => ({
    ...{ url, alt, kind: kind ?? 'IMAGE' },
  }));
}

/** A language is named once, and says something. */
export function readTranslations(
  inputs: readonly TranslationInput[] | null,
): Translation[] | Refusal {
  const lower = inputs?.map((input) => ({ ...input, locale: input.locale.toLowerCase() })) ?? null;
  return readDistinct(lower, 'locale', ['translations'], (_input, path) => {
    const { locale, name = null, description = null } = inputs?.[Number(path.at(-1))] ?? nothing;
    const problem = name === null ? null : nameProblem(name, [...path, 'name']);
    return problem ?? { locale, name, description };
  });
}

const nothing: TranslationInput = { locale: '' };

export function readProductRelations(
  inputs: readonly ProductRelation[] | null,
): ProductRelation[] | Refusal {
  const seen = new Set<string>();
  return readList(inputs, ['relations'], ({ kind, productId }, path) => {
    const told = `${kind} ${productId}`;
    if (seen.has(told)) {
      return new Refusal('DUPLICATE', `\`${path.join('.')}\` is in the list already.`, path);
    }
    seen.add(told);
    return { kind, productId };
  });
}

export function readBundleItems(
  inputs: readonly BundleItemInput[] | null,
  kind: ProductKind,
): BundleItem[] | Refusal {
  if (kind !== 'BUNDLE' && (inputs?.length ?? 0) > 0) {
    return new Refusal('NOT_A_BUNDLE', `A ${kind} product contains no others.`, ['bundleItems']);
  }
  return readDistinct(inputs, 'sku', ['bundleItems'], readBundleItem);
}

/** Without bounds it is exactly its quantity. */
function readBundleItem(input: BundleItemInput, path: Path): BundleItem | Refusal {
  const { sku, group = null } = input;
  const quantity = input.quantity ?? 1;
  const minQuantity = input.minQuantity ?? (group === null ? quantity : 0);
  const maxQuantity = input.maxQuantity ?? quantity;
  const problem = group === null ? null : nameProblem(group, [...path, 'group']);
  if (problem !== null) return problem;
  if (quantity < 1) return wrong([...path, 'quantity'], 'give 1 or more.');
  if (minQuantity < 0) return wrong([...path, 'minQuantity'], 'give 0 or more.');
  if (maxQuantity < Math.max(1, minQuantity)) {
    return wrong([...path, 'maxQuantity'], 'give 1 or more, and no less than `minQuantity`.');
  }
  return { sku, group, quantity, minQuantity, maxQuantity };
}

function wrong(path: Path, remedy: string): Refusal {
  return new Refusal('INVALID_QUANTITY', `\`${path.join('.')}\`: ${remedy}`, path);
}

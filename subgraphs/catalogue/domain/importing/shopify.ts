import { slugOfPath, type CategoryPath } from '../category.ts';
import type { ImportProblem } from '../catalogue-import.ts';
import { nameLengthMax } from '../names.ts';
import { plainPrice } from '../price.ts';
import type { Media } from '../product-parts.ts';
import { noParts, type ProductRecord, type VariantRecord } from '../product-record.ts';
import type { Characteristic, ProductStatus } from '../product.ts';
import { BadCell, Cells, checkLength, checkSlug, checkUrl, checkValue, shown } from './cells.ts';
import { plainText } from './plain-text.ts';
import { readRow, RowProblem, type Format, type Landing } from './source-row.ts';

/**
 * Shopify's product CSV: a product's first row says what it is and has its first variant; the rows below it
 * with the same handle have the others, or pictures alone.
 */
export const shopify: Format = {
  isCsv: true,
  missingColumn: (header) => columns.find((column) => !header.includes(column)) ?? null,
  slugOf: (cells) => checkSlug('Handle', new Cells(cells).text('Handle')),
  skuField: 'Variant SKU',
  addsToKnown: false,
  productOf: ([first, ...others], { shopCurrency }): Landing => {
    if (first === undefined) return { record: null, problems: [] };
    const product = readRow(first.row, () => productIn(new Cells(first.cells)));
    if (product instanceof RowProblem) {
      const why = `Handle: row ${first.row}, which says what the product is, is wrong.`;
      const behind = others.map(({ row }) => new RowProblem(row, 'Handle', 'PRODUCT_REFUSED', why));
      return { record: null, problems: [product, ...behind] };
    }
    const problems: ImportProblem[] = [];
    const variants = new Map<string, VariantRecord>();
    const rowOf = new Map<string, number>();
    const media = new Map<string, Media>();
    for (const { row, cells } of [first, ...others]) {
      const picture = readRow(row, () => pictureIn(new Cells(cells)));
      if (picture instanceof RowProblem) {
        problems.push(picture);
        continue;
      }
      if (picture !== null && !media.has(picture.url)) media.set(picture.url, picture);
      const variant = readRow(row, () =>
        variantIn(new Cells(cells), product, shopCurrency, variants),
      );
      if (variant instanceof RowProblem) problems.push(variant);
      else if (variant !== null) {
        variants.set(variant.sku, variant);
        rowOf.set(variant.sku, row);
      }
    }
    if (variants.size === 0) return { record: null, problems };
    const { optionNames, ...facts } = product;
    const options = optionNames.map((name) => ({ name, values: valuesOf(name, variants) }));
    const record = {
      ...facts,
      media: [...media.values()],
      options,
      variants: [...variants.values()],
    };
    return { record, problems, rowOf };
  },
};

const columns = ['Handle', 'Title', 'Option1 Name', 'Option1 Value', 'Variant Price'];
const optionNumbers = [1, 2, 3];

interface ShopifyProduct extends Omit<ProductRecord, 'options' | 'variants'> {
  readonly optionNames: readonly string[];
}

function productIn(cells: Cells): ShopifyProduct {
  const isShipped = cells.optional('Variant Requires Shipping')?.toLowerCase() !== 'false';
  return {
    slug: cells.text('Handle'),
    name: checkLength('Title', cells.text('Title')),
    description: plainText(cells.optional('Body (HTML)') ?? ''),
    kind: isShipped ? 'PHYSICAL' : 'DIGITAL',
    status: statusIn(cells),
    brand: checked(cells, 'Vendor', checkLength),
    provisioningTemplateKey: null,
    configurationFields: [],
    ...noParts,
    categoryPaths: categoriesIn(cells),
    characteristics: characteristicsIn(cells),
    optionNames: optionNamesIn(cells),
  };
}

function characteristicsIn(cells: Cells): Characteristic[] {
  const type = checked(cells, 'Type', checkValue);
  const tags = (cells.optional('Tags') ?? '').split(',').flatMap((tag) => tag.trim() || []);
  for (const tag of tags) checkValue('Tags', tag);
  return [
    ...(type === null ? [] : [{ name: 'type', label: 'Type', value: type, unit: null }]),
    ...(tags.length === 0
      ? []
      : [{ name: 'tags', label: 'Tags', value: [...new Set(tags)], unit: null }]),
  ];
}

function checked(
  cells: Cells,
  column: string,
  check: (column: string, text: string) => string,
): string | null {
  const text = cells.optional(column);
  return text === null ? null : check(column, text);
}

/** Shopify's own taxonomy has `Apparel & Accessories > Clothing`; `Type` is the shop's word for it. */
function categoriesIn(cells: Cells): CategoryPath[] {
  const told = cells.optional('Product Category') ?? cells.optional('Type') ?? '';
  const path = told
    .split('>')
    .map((name) => name.trim().slice(0, nameLengthMax))
    .filter((name) => slugOfPath([name]) !== '');
  return path.length > 0 ? [path] : [];
}

const statuses: Readonly<Record<string, ProductStatus | undefined>> = {
  active: 'ACTIVE',
  draft: 'DRAFT',
  archived: 'RETIRED',
};

/** Older exports have `Published` alone. */
function statusIn(cells: Cells): ProductStatus {
  const told = cells.optional('Status');
  if (told === null) {
    const isPublished = cells.optional('Published') === null || cells.boolean('Published');
    return isPublished ? 'ACTIVE' : 'DRAFT';
  }
  const status = statuses[told.toLowerCase()];
  if (status !== undefined) return status;
  const remedy = `give active, draft or archived, not ${shown(told)}.`;
  throw new BadCell('Status', 'UNKNOWN_VALUE', remedy);
}

/** A product without options has one `Title`, whose value is `Default Title`. */
function optionNamesIn(cells: Cells): string[] {
  if (cells.optional('Option1 Value') === 'Default Title') return [];
  const names = optionNumbers.flatMap(
    (number) => checked(cells, `Option${number} Name`, checkLength) ?? [],
  );
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) === index) continue;
    throw new BadCell(`Option${index + 1} Name`, 'DUPLICATE', 'is the name of another option.');
  }
  return names;
}

/** The rows are in the order of the pictures; null for a row that has none. */
function pictureIn(cells: Cells): Media | null {
  const url = cells.optional('Image Src');
  if (url === null) return null;
  return { url: checkUrl('Image Src', url), alt: cells.optional('Image Alt Text'), kind: 'IMAGE' };
}

/** Null for a row that has a picture alone. */
function variantIn(
  cells: Cells,
  { slug, name, optionNames }: ShopifyProduct,
  currency: string,
  earlier: ReadonlyMap<string, VariantRecord>,
): VariantRecord | null {
  const isPicture = ['Variant Price', 'Variant SKU', 'Option1 Value'].every(
    (column) => cells.optional(column) === null,
  );
  if (isPicture) return null;
  const selectedOptions = optionNames.map((option, index) => ({
    name: option,
    value: cells.text(`Option${index + 1} Value`),
  }));
  const values = selectedOptions.map(({ value }) => value);
  const given = cells.optional('Variant SKU');
  const sku = given ?? ['shopify', slug, ...values].join(':');
  const field = given === null ? 'Option1 Value' : 'Variant SKU';
  if (earlier.has(sku)) {
    throw new BadCell(field, 'DUPLICATE', `an earlier row has the variant ${shown(sku)}.`);
  }
  return {
    sku: checkLength(field, sku),
    name: checkLength('Option1 Value', [name, values.join(' / ')].join(' ').trim()),
    status: 'ACTIVE',
    selectedOptions,
    prices: [plainPrice({ amount: cells.decimal('Variant Price'), currency }, null)],
  };
}

function valuesOf(option: string, variants: ReadonlyMap<string, VariantRecord>): string[] {
  const values = [...variants.values()].flatMap(({ selectedOptions }) =>
    selectedOptions.filter(({ name }) => name === option).map(({ value }) => value),
  );
  return [...new Set(values)];
}

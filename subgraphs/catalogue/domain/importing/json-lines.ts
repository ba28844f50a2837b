import { optionsOf } from '../editing/variants.ts';
import { slugOfPath, type CategoryPath } from '../category.ts';
import type { Media } from '../product-parts.ts';
import {
  noParts,
  type PriceRecord,
  type ProductRecord,
  type VariantRecord,
} from '../product-record.ts';
import type { Characteristic, ConfigurationField } from '../product.ts';
import { BadCell, checkCurrency, checkDecimal, checkLength, checkSlug, checkUrl } from './cells.ts';
import { JsonReader } from './json-reader.ts';
import { readRow, RowProblem, type Format } from './source-row.ts';

/** A product on each line: the contract's `CreateProductInput` as JSON, and its `status`. */
export const jsonLines: Format = {
  isCsv: false,
  missingColumn: () => null,
  slugOf: (cells) => {
    const slug = new JsonReader(cells, '').object(productFields).get('slug');
    return checkSlug('slug', slug.text());
  },
  skuField: 'variants',
  addsToKnown: false,
  productOf: (rows) => {
    let record: ProductRecord | null = null;
    const problems: RowProblem[] = [];
    for (const { row, cells } of rows) {
      const read = readRow(row, () => {
        if (record === null) return productIn(new JsonReader(cells, ''));
        throw new BadCell('slug', 'DUPLICATE', 'an earlier line has this product.');
      });
      if (read instanceof RowProblem) problems.push(read);
      else record = read;
    }
    return { record, problems };
  },
};

const productFields = [
  ...['slug', 'name', 'description', 'kind', 'status', 'brand', 'provisioningTemplateKey'],
  ...['characteristics', 'configurationFields', 'categories', 'media', 'variants'],
];

function productIn(json: JsonReader): ProductRecord {
  const product = json.object(productFields);
  const variants = distinct(product.get('variants').list(), 'sku', variantIn);
  return {
    slug: checkSlug('slug', product.get('slug').text()),
    name: checkLength('name', product.get('name').text()),
    description: product.get('description').optionalText() ?? '',
    kind: product.get('kind').oneOf(['PHYSICAL', 'DIGITAL', 'SERVICE']),
    status: product.get('status').oneOf(statuses, 'ACTIVE'),
    brand: product.get('brand').optionalText(),
    provisioningTemplateKey: product.get('provisioningTemplateKey').optionalText(),
    configurationFields: distinct(product.get('configurationFields').list(), 'name', fieldIn),
    characteristics: distinct(product.get('characteristics').list(), 'name', characteristicIn),
    ...noParts,
    media: distinct(product.get('media').list(), 'url', mediaIn),
    categoryPaths: product.get('categories').list().map(pathIn),
    options: optionsOf(variants),
    variants,
  };
}

/** The names from a root down; `slugOfPath` has to find letters or digits in each. */
function pathIn(json: JsonReader): CategoryPath {
  const path = json.list();
  if (path.length === 0) json.fail('EMPTY', 'give the names from a root down.');
  return path.map((name) => {
    if (slugOfPath([name.text()]) === '') name.fail('BAD_SLUG', 'give letters or digits.');
    return checkLength(name.path, name.text());
  });
}

const statuses = ['DRAFT', 'ACTIVE', 'RETIRED'] as const;

function distinct<Value>(
  items: readonly JsonReader[],
  key: keyof Value & string,
  read: (item: JsonReader) => Value,
): Value[] {
  const seen = new Set<unknown>();
  return items.map((item) => {
    const value = read(item);
    if (seen.has(value[key])) item.at(key).fail('DUPLICATE', 'is in the list already.');
    seen.add(value[key]);
    return value;
  });
}

function characteristicIn(json: JsonReader): Characteristic {
  const fact = json.object(['name', 'label', 'type', 'value', 'values', 'number', 'unit']);
  const name = fact.get('name').text();
  const label = fact.get('label').optionalText() ?? name;
  const type = fact.get('type').oneOf(['TEXT', 'NUMBER', 'BOOLEAN', 'LIST'], 'TEXT');
  const unit = fact.get('unit').optionalText();
  if (type === 'NUMBER') return { name, label, value: fact.get('number').number(), unit };
  if (type === 'LIST') {
    const values = fact.get('values').list();
    if (values.length === 0) fact.get('values').fail('EMPTY', 'give a LIST its values.');
    return { name, label, value: [...new Set(values.map((each) => each.text()))], unit };
  }
  const value = fact.get('value').text();
  if (type === 'TEXT') return { name, label, value, unit };
  return { name, label, value: fact.get('value').oneOf(['true', 'false']) === 'true', unit };
}

function mediaIn(json: JsonReader): Media {
  const media = json.object(['url', 'alt', 'kind']);
  return {
    url: checkUrl(media.get('url').path, media.get('url').text()),
    alt: media.get('alt').optionalText(),
    kind: media.get('kind').oneOf(['IMAGE', 'VIDEO', 'DOCUMENT'], 'IMAGE'),
  };
}

function fieldIn(json: JsonReader): ConfigurationField {
  const field = json.object(['name', 'label', 'required', 'schema']);
  return {
    name: field.get('name').text(),
    label: field.get('label').text(),
    required: field.get('required').boolean(),
    schema: field.get('schema').record(),
  };
}

function variantIn(json: JsonReader): VariantRecord {
  const variant = json.object(['sku', 'name', 'status', 'options', 'prices']);
  const sku = variant.get('sku').text();
  return {
    sku: checkLength(variant.get('sku').path, sku),
    name: checkLength(variant.get('name').path, variant.get('name').optionalText() ?? sku),
    status: variant.get('status').oneOf(statuses, 'ACTIVE'),
    selectedOptions: distinct(variant.get('options').list(), 'name', (item) => {
      const option = item.object(['name', 'value']);
      return { name: option.get('name').text(), value: option.get('value').text() };
    }),
    prices: variant.get('prices').list().map(priceIn),
  };
}

const periods = ['HOUR', 'DAY', 'WEEK', 'MONTH', 'YEAR'] as const;
const priceFields = [
  ...['kind', 'unitPrice', 'taxIncluded', 'period', 'periodCount', 'committedPeriods', 'unit'],
  ...['minQuantity', 'validFrom', 'validUntil'],
];

function priceIn(json: JsonReader): PriceRecord {
  const price = json.object(priceFields);
  const money = price.get('unitPrice').object(['amount', 'currency']);
  const [amount, currency] = [money.get('amount'), money.get('currency')];
  const kind = price.get('kind').oneOf(['ONE_TIME', 'RECURRING', 'USAGE']);
  const isOnce = kind === 'ONE_TIME';
  if (isOnce && !price.get('period').isAbsent) {
    price.get('period').fail('UNKNOWN_VALUE', 'a ONE_TIME price has no period.');
  }
  const [validFrom, validUntil] = [
    price.get('validFrom').instant(),
    price.get('validUntil').instant(),
  ];
  if (validFrom !== null && validUntil !== null && validFrom >= validUntil) {
    price.get('validUntil').fail('UNKNOWN_VALUE', 'must be later than validFrom.');
  }
  return {
    kind,
    unitPrice: {
      amount: checkDecimal(amount.path, amount.text()),
      currency: checkCurrency(currency.path, currency.text()),
    },
    taxIncluded: price.get('taxIncluded').boolean(false),
    period: isOnce ? null : price.get('period').oneOf(periods),
    periodCount: price.get('periodCount').count(1),
    committedPeriods: price.get('committedPeriods').count(null),
    unit: price.get('unit').optionalText(),
    minQuantity: price.get('minQuantity').count(1),
    validFrom,
    validUntil,
  };
}

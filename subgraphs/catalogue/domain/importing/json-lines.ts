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
import {
  BadCell,
  checkCurrency,
  checkDecimal,
  checkLength,
  checkSlug,
  checkUrl,
  checkValue,
} from './cells.ts';
import { JsonReader } from './json-reader.ts';
import { readRow, RowProblem, type Format, type ProductSettings } from './source-row.ts';

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
  productOf: (rows, { reasonAgainst }) => {
    let record: ProductRecord | null = null;
    const problems: RowProblem[] = [];
    for (const { row, cells } of rows) {
      const read = readRow(row, () => {
        if (record === null) return productIn(new JsonReader(cells, ''), reasonAgainst);
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

type ReasonAgainst = ProductSettings['reasonAgainst'];

function productIn(json: JsonReader, reasonAgainst: ReasonAgainst): ProductRecord {
  const product = json.object(productFields);
  const variants = distinct(product.get('variants').list(), 'sku', variantIn);
  return {
    slug: checkSlug('slug', product.get('slug').text()),
    name: nameIn(product.get('name')),
    description: product.get('description').optionalText() ?? '',
    kind: product.get('kind').oneOf(['PHYSICAL', 'DIGITAL', 'SERVICE']),
    status: product.get('status').oneOf(statuses, 'ACTIVE'),
    brand: optionalNameIn(product.get('brand')),
    provisioningTemplateKey: optionalNameIn(product.get('provisioningTemplateKey')),
    configurationFields: distinct(product.get('configurationFields').list(), 'name', (item) =>
      fieldIn(item, reasonAgainst),
    ),
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
    return nameIn(name);
  });
}

function nameIn(json: JsonReader): string {
  return checkLength(json.path, json.text());
}

function optionalNameIn(json: JsonReader): string | null {
  const text = json.optionalText();
  return text === null ? null : checkLength(json.path, text);
}

function valueIn(json: JsonReader): string {
  return checkValue(json.path, json.text());
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
  const name = nameIn(fact.get('name'));
  const label = optionalNameIn(fact.get('label')) ?? name;
  const type = fact.get('type').oneOf(['TEXT', 'NUMBER', 'BOOLEAN', 'LIST'], 'TEXT');
  const unit = fact.get('unit').optionalText();
  if (type === 'NUMBER') return { name, label, value: fact.get('number').number(), unit };
  if (type === 'LIST') {
    const values = fact.get('values').list();
    if (values.length === 0) fact.get('values').fail('EMPTY', 'give a LIST its values.');
    return { name, label, value: [...new Set(values.map(valueIn))], unit };
  }
  const value = valueIn(fact.get('value'));
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

function fieldIn(json: JsonReader, reasonAgainst: ReasonAgainst): ConfigurationField {
  const field = json.object(['name', 'label', 'required', 'schema']);
  const schema = field.get('schema').record();
  const reason = reasonAgainst(schema);
  if (reason !== null) field.get('schema').fail('INVALID_SCHEMA', reason);
  return {
    name: nameIn(field.get('name')),
    label: nameIn(field.get('label')),
    required: field.get('required').boolean(),
    schema,
  };
}

function variantIn(json: JsonReader): VariantRecord {
  const variant = json.object(['sku', 'name', 'status', 'options', 'prices']);
  const sku = nameIn(variant.get('sku'));
  return {
    sku,
    name: optionalNameIn(variant.get('name')) ?? sku,
    status: variant.get('status').oneOf(statuses, 'ACTIVE'),
    selectedOptions: distinct(variant.get('options').list(), 'name', (item) => {
      const option = item.object(['name', 'value']);
      return { name: nameIn(option.get('name')), value: nameIn(option.get('value')) };
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

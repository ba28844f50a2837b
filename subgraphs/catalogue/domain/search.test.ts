import { expect, test } from 'vitest';
import { BadInput } from '#errors';
import { decodePlace, encodePlace } from './place.ts';
import { noParts, type ProductRecord } from './product-record.ts';
import { indexedTerms, productSearch, termsOf } from './search.ts';

test.each([
  ['m7i.large', ['m7i', 'large']],
  ['aws:m7i.large:us-east-1', ['aws', 'm7i', 'large', 'us', 'east', '1']],
  ['Crème BRÛLÉE', ['creme', 'brulee']],
  ["it's 8 GiB", ['it', 's', '8', 'gib']],
  ["'; drop table product; --", ['drop', 'table', 'product']],
  ['…', []],
])('%j is read as %j', (text, terms) => {
  expect(termsOf(text)).toEqual(terms);
});

test.each([null, '', '  '])(
  'a list of all has no query (%j), and is in the order of the names',
  (query) => {
    const all = { query: null, terms: null, order: 'NAME' };
    expect(productSearch({ query, sort: 'RELEVANCE' }, 'USD')).toMatchObject(all);
    expect(productSearch({ query }, 'USD')).toMatchObject(all);
    expect(productSearch({ query, sort: 'NEWEST' }, 'USD').order).toBe('NEWEST');
  },
);

test('words that say nothing count only where there are no others', () => {
  expect(productSearch({ query: 'a machine with the gpu' }, 'USD').terms).toEqual([
    'machine',
    'gpu',
  ]);
  expect(productSearch({ query: 'with the' }, 'USD').terms).toEqual(['with', 'the']);
});

test('a query of signs alone searches, for nothing', () => {
  expect(productSearch({ query: '!?' }, 'USD').terms).toEqual([]);
});

test('a query that is too long is refused by name', () => {
  expect(() => productSearch({ query: 'x'.repeat(201) }, 'USD')).toThrow(BadInput);
  expect(() => productSearch({ query: 'x'.repeat(201) }, 'USD')).toThrow('`query` of at most 200');
});

test('a product is found by its name, facts, codes and description, and no better for more regions', () => {
  const product: ProductRecord = {
    slug: 'aws-m7i-large',
    name: 'M7i.large',
    description: 'A machine',
    kind: 'SERVICE',
    status: 'ACTIVE',
    brand: 'AWS',
    provisioningTemplateKey: null,
    configurationFields: [],
    ...noParts,
    characteristics: [
      { name: 'vcpu', label: 'vCPU', value: 2, unit: null },
      { name: 'encryption', label: 'Encryption', value: true, unit: null },
    ],
    options: [],
    variants: ['eu-1', 'eu-2'].map((region) => ({
      sku: `aws:m7i.large:${region}`,
      name: region,
      status: 'ACTIVE',
      selectedOptions: [],
      prices: [],
    })),
  };
  expect(indexedTerms(product).map(({ term, weight }) => `${term}:${weight}`)).toEqual([
    'm7i:A',
    'large:A',
    'aws:B',
    '2:B',
    'a:D',
    'machine:D',
    'eu:C',
    '1:C',
  ]);
});

test('a place survives its text', () => {
  const place = {
    score: 1.2984956,
    amount: '0.10',
    sortKey: 'm7i "large"',
    id: 'prd_1',
    engine: 'postgres',
  } as const;
  expect(decodePlace('after', encodePlace(place))).toEqual(place);
});

test.each(['', '{}', '[1]', '[1,2,3]', '["1","2","3"]', 'null'])('%j is no place', (text) => {
  expect(() => decodePlace('after', text)).toThrow('`after` is not a cursor');
});

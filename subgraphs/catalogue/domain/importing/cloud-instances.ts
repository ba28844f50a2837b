import type { ImportProblem } from '../catalogue-import.ts';
import type { ProductRecord, VariantRecord } from '../product-record.ts';
import { BadCell, Cells, checkCurrency, checkLength } from './cells.ts';
import {
  instanceRecord,
  instanceSlug,
  instanceVariant,
  providerOf,
  unspecifiedInstance,
} from './instance-record.ts';
import { readRow, RowProblem, type Format, type Landing, type SourceRow } from './source-row.ts';

/**
 * Machines of a cloud, in two kinds of file: what each type is, and what its hour costs in a region. Each
 * adds to what the other told.
 */
export const cloudInstances: Format = {
  isCsv: true,
  missingColumn: (header) => {
    const columns = header.includes('price_per_hour') ? priceColumns : typeColumns;
    return columns.find((column) => !header.includes(column)) ?? null;
  },
  slugOf: (cells) => {
    const type = checkLength('instance_type', new Cells(cells).text('instance_type'));
    const slug = instanceSlug(providerOf(type), type);
    if (/[a-z0-9]$/.test(slug)) return slug;
    throw new BadCell('instance_type', 'BAD_SLUG', 'must end with a letter or a digit.');
  },
  skuField: 'instance_type',
  addsToKnown: true,
  productOf: (rows, { known }) =>
    rows.some(({ cells }) => new Cells(cells).has('price_per_hour'))
      ? withPrices(rows, known)
      : withSpecification(rows, known),
};

const priceColumns = ['region', 'instance_type', 'currency', 'price_per_hour'];
const typeColumns = ['instance_type', 'vcpu', 'memory_mib', 'architecture', 'cpu_manufacturer'];

function withSpecification(rows: readonly SourceRow[], known: ProductRecord | null): Landing {
  const problems: ImportProblem[] = [];
  let record: ProductRecord | null = null;
  for (const { row, cells } of rows) {
    const read = readRow(row, () => {
      if (record !== null) {
        throw new BadCell('instance_type', 'DUPLICATE', 'is in an earlier row already.');
      }
      return instanceRecord(new Cells(cells), new Map());
    });
    if (read instanceof RowProblem) problems.push(read);
    else
      record = {
        ...read,
        ...keptParts(known),
        options: known?.options ?? [],
        variants: known?.variants ?? [],
      };
  }
  return { record, problems };
}

/** Where people put it, and what they showed of it, is no matter of the files. */
function keptParts(known: ProductRecord | null): Partial<ProductRecord> {
  return known === null ? {} : { categoryIds: known.categoryIds, media: known.media };
}

function withPrices(rows: readonly SourceRow[], known: ProductRecord | null): Landing {
  const problems: ImportProblem[] = [];
  const read = new Map<string, VariantRecord>();
  let base = known;
  for (const { row, cells } of rows) {
    const variant = readRow(row, () => {
      const cell = new Cells(cells);
      const type = cell.text('instance_type');
      base ??= unspecifiedInstance(providerOf(type), type);
      if (base === null) {
        throw new BadCell('instance_type', 'NO_SPECIFICATION', 'import what it is first.');
      }
      const region = checkLength('region', cell.text('region'));
      const variant = instanceVariant(providerOf(type), type, region, {
        amount: cell.decimal('price_per_hour'),
        currency: checkCurrency('currency', cell.text('currency')),
      });
      if (!read.has(variant.sku)) return variant;
      throw new BadCell('region', 'DUPLICATE', 'the type is priced there in an earlier row.');
    });
    if (variant instanceof RowProblem) problems.push(variant);
    else read.set(variant.sku, variant);
  }
  if (base === null || read.size === 0) return { record: null, problems };
  const others = base.variants.filter(({ sku }) => !read.has(sku));
  const variants = [...others, ...read.values()].toSorted(bySku);
  const regions = variants.flatMap(({ selectedOptions }) =>
    selectedOptions.filter(({ name }) => name === 'region').map(({ value }) => value),
  );
  const options = [{ name: 'region', values: [...new Set(regions)].toSorted() }];
  return { record: { ...base, options, variants }, problems };
}

function bySku(left: VariantRecord, right: VariantRecord): number {
  return left.sku < right.sku ? -1 : 1;
}

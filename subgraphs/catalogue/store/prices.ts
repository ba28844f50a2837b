import type { Principal } from '#auth';
import { formatId } from '#ids';
import type { Price } from '../domain/price.ts';
import type { Variant } from '../domain/product.ts';
import type { Select } from './database.ts';
import { rowsOf, uuidsOf } from './rows.ts';
import { visibleStatuses } from './visibility.ts';

export interface PriceStore {
  /** All prices of each variant, in the order of the variants. */
  findPrices(variants: readonly VariantKey[]): Promise<Price[][]>;
  /** For each product the prices of each of its variants that the caller may see. */
  findPricesOfProducts(caller: Principal, productIds: readonly string[]): Promise<Price[][][]>;
}

/** A variant, and whose it is: prices are kept with their product. */
export type VariantKey = Pick<Variant, 'id' | 'productId'>;

export function createPriceStore(select: Select): PriceStore {
  return {
    findPrices: async (variants) => {
      const uuids = uuidsOf(
        'var',
        variants.map(({ id }) => id),
      );
      const rows = await select<PriceRow>(
        'prices',
        `select ${priceColumns} from price where variant_id = any($1::uuid[])
         order by kind, currency, min_quantity, id`,
        [uuids],
      );
      return rowsOf(uuids, rows, ({ variantId }) => variantId).map((own) => own.map(toPrice));
    },
    findPricesOfProducts: async (caller, productIds) => {
      const uuids = uuidsOf('prd', productIds);
      const rows = await select<PriceRow & { productId: string }>(
        'prices-of-products',
        `select product_id as "productId", ${priceColumns}
         from price join (select id as variant_id, product_id, status from variant) as variant
           using (variant_id)
         where product_id = any($1::uuid[]) and status = any($2::product_status[])`,
        [uuids, visibleStatuses(caller)],
      );
      return rowsOf(uuids, rows, ({ productId }) => productId).map((own) => {
        const byVariant = Map.groupBy(own, ({ variantId }) => variantId);
        return [...byVariant.values()].map((prices) => prices.map(toPrice));
      });
    },
  };
}

/** Amounts as text, with the decimals that they were given. */
const priceColumns = `
  variant_id as "variantId", id, kind, unit_price::text as amount, currency,
  tax_included as "taxIncluded", period, period_count as "periodCount",
  committed_periods as "committedPeriods", unit, min_quantity as "minQuantity",
  valid_from as "validFrom", valid_until as "validUntil"`;

interface PriceRow extends Omit<Price, 'unitPrice'> {
  readonly variantId: string;
  readonly amount: string;
  readonly currency: string;
}

function toPrice(row: PriceRow): Price {
  const { id, kind, amount, currency, taxIncluded, period, periodCount } = row;
  const { committedPeriods, unit, minQuantity, validFrom, validUntil } = row;
  const unitPrice = { amount, currency };
  return {
    id: formatId('prc', id),
    kind,
    unitPrice,
    taxIncluded,
    period,
    periodCount,
    committedPeriods,
    unit,
    minQuantity,
    validFrom,
    validUntil,
  };
}

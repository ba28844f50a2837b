import type { Sibling } from '#service';
import type { ConfigurationField, Offer, Recurrence } from '../domain/offer.ts';

/** What orders asks the catalogue. */
export interface Catalogue {
  /** What each costs a buyer of that quantity now, by SKU; unknown SKUs are left out. */
  findOffers(currency: string, wanted: readonly Wanted[]): Promise<ReadonlyMap<string, Offer>>;
}

export interface Wanted {
  readonly sku: string;
  readonly quantity: number;
}

export function createCatalogue(sibling: Sibling): Catalogue {
  return {
    findOffers: async (currency, wanted) => {
      if (wanted.length === 0) return new Map();
      const fields = wanted.map(
        (_, n) =>
          `v${n}: variant(sku: $s${n}) { ...Offer price(currency: $currency, quantity: $q${n}) { ...Price } }`,
      );
      const parameters = wanted.map((_, n) => `$s${n}: String! $q${n}: Int!`).join(' ');
      const query = `query Offers($currency: CurrencyCode! ${parameters}) { ${fields.join(' ')} } ${fragments}`;
      const variables = Object.fromEntries<string | number>(
        wanted.flatMap(({ sku, quantity }, n): [string, string | number][] => [
          [`s${n}`, sku],
          [`q${n}`, quantity],
        ]),
      );
      const answer = (await sibling.ask(query, { currency, ...variables })) as Record<
        string,
        VariantAnswer | null
      >;
      const offers = Object.values(answer).filter((variant) => variant !== null);
      return new Map(offers.map((variant) => [variant.sku, toOffer(variant)]));
    },
  };
}

const fragments = `
fragment Offer on ProductVariant {
  sku status
  product {
    name status provisioningTemplateKey
    configurationFields { name label required schema }
  }
}
fragment Price on Price { kind unitPrice { amount currency } period periodCount }`;

interface VariantAnswer {
  readonly sku: string;
  readonly status: string;
  readonly product: {
    readonly name: string;
    readonly status: string;
    readonly provisioningTemplateKey: string | null;
    readonly configurationFields: readonly ConfigurationField[];
  };
  readonly price: {
    readonly kind: string;
    readonly unitPrice: { readonly amount: string; readonly currency: string };
    readonly period: Recurrence['period'] | null;
    readonly periodCount: number;
  } | null;
}

function toOffer({ sku, status, product, price }: VariantAnswer): Offer {
  // What is metered is charged by its use, which no cart can know: so it isn't sold here.
  const sold = price?.kind === 'USAGE' ? null : price;
  return {
    sku,
    productName: product.name,
    onSale: status === 'ACTIVE' && product.status === 'ACTIVE',
    templateKey: product.provisioningTemplateKey,
    configurationFields: product.configurationFields,
    price: sold && {
      unitPrice: sold.unitPrice,
      recurrence: sold.period && { period: sold.period, periodCount: sold.periodCount },
    },
  };
}

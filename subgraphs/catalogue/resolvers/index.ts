import { CurrencyCode, DateTime, Decimal, Locale, Url } from '#graphql';
import type { Resolvers } from '../generated/resolvers.ts';
import { CatalogueImport } from './catalogue-import.ts';
import { Category } from './category.ts';
import { Characteristic } from './characteristic.ts';
import { ProductConnection, ProductVariantConnection } from './connections.ts';
import { Mutation } from './mutation.ts';
import { ProductVariant } from './product-variant.ts';
import { Product } from './product.ts';
import { BundleItem, ProductRelation } from './product-relations.ts';
import { Query } from './query.ts';
import { Subscription } from './subscription.ts';

export const resolvers: Resolvers = {
  CurrencyCode,
  DateTime,
  Decimal,
  Locale,
  URL: Url,
  Query,
  Mutation,
  Subscription,
  Product,
  ProductVariant,
  CatalogueImport,
  Category,
  ProductRelation,
  BundleItem,
  Characteristic,
  ProductConnection,
  ProductVariantConnection,
};

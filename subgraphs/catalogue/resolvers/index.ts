import { CurrencyCode, DateTime, Decimal } from '#graphql';
import type { Resolvers } from '../generated/resolvers.ts';
import { Characteristic } from './characteristic.ts';
import { ProductConnection, ProductVariantConnection } from './connections.ts';
import { ProductVariant } from './product-variant.ts';
import { Product } from './product.ts';
import { Query } from './query.ts';

export const resolvers: Resolvers = {
  CurrencyCode,
  DateTime,
  Decimal,
  Query,
  Product,
  ProductVariant,
  Characteristic,
  ProductConnection,
  ProductVariantConnection,
};

import { CurrencyCode, DateTime, Decimal } from '#graphql';
import type { Resolvers } from '../generated/resolvers.ts';
import { CartLine } from './cart-line.ts';
import { Cart } from './cart.ts';
import { Mutation } from './mutation.ts';
import { OrderEvent } from './order-event.ts';
import { OrderLine } from './order-line.ts';
import { Order } from './order.ts';
import { Query } from './query.ts';
import { Subscription } from './subscription.ts';
import { User } from './user.ts';

export const resolvers: Resolvers = {
  Query,
  Mutation,
  Subscription,
  Cart,
  CartLine,
  Order,
  OrderLine,
  OrderEvent,
  User,
  DateTime,
  Decimal,
  CurrencyCode,
};

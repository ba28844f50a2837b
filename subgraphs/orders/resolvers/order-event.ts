import { messageOf } from '../domain/event.ts';
import type { OrderEventResolvers } from '../generated/resolvers.ts';

export const OrderEvent: OrderEventResolvers = {
  message: (event) => messageOf(event),
};

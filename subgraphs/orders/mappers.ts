/** What the actions and loaders hand to the resolvers; read when the resolvers' types are generated. */
export const contextType = 'OrdersContext';

export const mappers = {
  Cart: '../domain/cart.ts#Cart as CartModel',
  CartLine: '../domain/cart.ts#LineOfCart',
  OrderUpdate: '../domain/event.ts#OrderUpdate as OrderUpdateModel',
  Order: '../domain/order.ts#Order as OrderModel',
  OrderLine: '../domain/order.ts#OrderLine as OrderLineModel',
  OrderEvent: '../domain/event.ts#NumberedEvent',
  Payment: '../domain/payment.ts#Payment as PaymentModel',
  PaymentMethod: '../domain/payment.ts#PaymentMethod as PaymentMethodModel',
};

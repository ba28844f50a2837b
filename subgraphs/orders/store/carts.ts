import { rowKey } from '#ids';
import type { Cart } from '../domain/cart.ts';
import type { Database, Transaction } from './database.ts';
import { json, keyOf, toCart, withLines } from './rows.ts';

/** The cart, whoever's it is: whether the caller may use it is the domain's to say. */
export async function findCart(database: Transaction, id: string): Promise<Cart | null> {
  const key = rowKey('crt', id);
  if (key === undefined) return null;
  const row = await database.cart.findUnique({ where: { id: key.id }, include: withLines });
  return row === null ? null : toCart(row);
}

/** The newest cart of that person from which nothing was ordered. */
export async function findOpenCart(
  database: Database,
  ownerId: string,
  now: Date,
): Promise<Cart | null> {
  const row = await database.cart.findFirst({
    where: { ownerId: keyOf('usr', ownerId).id, ordered: false, expiresAt: { gt: now } },
    orderBy: { createdAt: 'desc' },
    include: withLines,
  });
  return row === null ? null : toCart(row);
}

/** As `findCart`, and held to the end of the transaction. */
export async function lockCart(tx: Transaction, id: string): Promise<Cart | null> {
  const key = rowKey('crt', id);
  if (key === undefined) return null;
  await tx.$queryRaw`select from cart where id = ${key.id}::uuid for update`;
  return await findCart(tx, id);
}

export async function insertCart(tx: Transaction, cart: Cart): Promise<void> {
  const { currency, version, createdAt, expiresAt } = cart;
  const { id } = keyOf('crt', cart.id);
  const ownerId = cart.ownerId === null ? null : keyOf('usr', cart.ownerId).id;
  await tx.cart.create({ data: { id, ownerId, currency, version, createdAt, expiresAt } });
}

/** Writes the cart over what was there; it was locked before. */
export async function saveCart(tx: Transaction, cart: Cart): Promise<void> {
  const { id } = keyOf('crt', cart.id);
  await tx.cartLine.deleteMany({ where: { cartId: id } });
  await tx.cartLine.createMany({
    data: cart.lines.map((line, position) => ({
      id: keyOf('cln', line.id).id,
      cartId: id,
      position,
      sku: line.sku,
      productName: line.productName,
      quantity: line.quantity,
      unitPrice: line.unitPrice.amount,
      period: line.recurrence?.period ?? null,
      periodCount: line.recurrence?.periodCount ?? null,
      configuration: json(line.configuration),
      templateKey: line.templateKey,
    })),
  });
  const { ordered, version } = cart;
  const ownerId = cart.ownerId === null ? null : keyOf('usr', cart.ownerId).id;
  await tx.cart.update({ where: { id }, data: { ownerId, ordered, version } });
}

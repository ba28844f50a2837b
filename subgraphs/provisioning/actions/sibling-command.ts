import { Forbidden, isService, type Principal } from '#auth';
import { BadInput } from '#errors';
import { bucketOfOwner, parseId } from '#ids';

const skuLengthMax = 255;
const quantityMax = 10_000;

/** @throws Forbidden unless the purchase itself calls. */
export function demandOrders(caller: Principal): void {
  if (!isService(caller, 'orders')) throw new Forbidden('Only the purchase itself may do this.');
}

/** @throws BadInput unless it is an id of that kind and, where one is given, of that owner. */
export function demandId(prefix: string, id: string, field: string, ownerId?: string): void {
  const parsed = parseId(id);
  if (parsed?.prefix !== prefix) throw badInput(field, `give an id such as ${prefix}_…`);
  if (ownerId !== undefined && parsed.bucket !== bucketOfOwner(ownerId)) {
    throw badInput(field, 'give an id that was made for the owner');
  }
}

/** @throws BadInput unless it is a SKU and a number of units. */
export function demandUnits(
  { sku, quantity }: { readonly sku: string; readonly quantity: number },
  field: string,
): void {
  demandSku(sku, `${field}sku`);
  if (quantity < 1 || quantity > quantityMax) {
    throw badInput(`${field}quantity`, `give a number from 1 to ${quantityMax}`);
  }
}

/** @throws BadInput unless it may be a SKU. */
export function demandSku(sku: string, field: string): void {
  const isFit = sku !== '' && sku.length <= skuLengthMax && !sku.includes('\0');
  if (!isFit) throw badInput(field, `give a SKU, of at most ${skuLengthMax} characters`);
}

/** Of a field, what to give instead. */
export function badInput(field: string, remedy: string): BadInput {
  return new BadInput(field, `${field}: ${remedy}.`);
}

import { isService, type Principal } from '#auth';
import { AppError } from '#errors';
import { bucketOfOwner, parseId } from '#ids';

const skuLengthMax = 255;
const quantityMax = 10_000;

/** @throws Forbidden unless the purchase itself calls. */
export function demandOrders(caller: Principal): void {
  if (!isService(caller, 'orders')) throw new Forbidden();
}

/** @throws BadInput unless it is an id of that kind and, where one is given, of that owner. */
export function demandId(prefix: string, id: string, field: string, ownerId?: string): void {
  const parsed = parseId(id);
  if (parsed?.prefix !== prefix) throw new BadInput(field, `give an id such as ${prefix}_…`);
  if (ownerId !== undefined && parsed.bucket !== bucketOfOwner(ownerId)) {
    throw new BadInput(field, 'give an id that was made for the owner');
  }
}

/** @throws BadInput unless it is a SKU and a number of units. */
export function demandUnits(
  { sku, quantity }: { readonly sku: string; readonly quantity: number },
  field: string,
): void {
  if (sku === '' || sku.length > skuLengthMax) throw new BadInput(`${field}sku`, 'give a SKU');
  if (quantity < 1 || quantity > quantityMax) {
    throw new BadInput(`${field}quantity`, `give a number from 1 to ${quantityMax}`);
  }
}

export class Forbidden extends AppError {
  override readonly name = 'Forbidden';

  constructor() {
    super('FORBIDDEN', 'Only the purchase itself may do this.');
  }
}

export class BadInput extends AppError {
  override readonly name = 'BadInput';
  readonly field: string;

  constructor(field: string, remedy: string) {
    super('BAD_USER_INPUT', `${field}: ${remedy}.`);
    this.field = field;
  }
}

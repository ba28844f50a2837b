import type { Principal } from '#auth';
import { BadInput } from '#errors';
import type { StockLevel } from '../domain/stock.ts';
import type { Parts } from '../parts.ts';
import type { StockPage } from '../store/stock.ts';
import { demandScope } from './demand-scope.ts';

const skusMax = 500;

/** Levels by SKU. @throws BadInput for more SKUs than a list can be asked for. */
export async function listStock(
  { store }: Parts,
  caller: Principal,
  page: StockPage,
): Promise<StockLevel[]> {
  demandScope(caller, 'inventory:read');
  if ((page.skus?.length ?? 0) > skusMax) {
    throw new BadInput('filter.skus', `Give at most ${skusMax} of \`filter.skus\`.`);
  }
  return await store.listStock(page);
}

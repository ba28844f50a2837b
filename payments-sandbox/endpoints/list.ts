import { noSuch } from '../domain/stripe-error.ts';
import type { Parameters } from '../http/parameters.ts';
import type { PageOptions, Table } from '../store/table.ts';
import { invalidRequest } from '../domain/stripe-error.ts';

const pageSizeDefault = 10;
const pageSizeMax = 100;

export interface ListOptions {
  readonly after: string | undefined;
  readonly limit: number;
}

/** How much of a list is wanted, and where it goes on. */
export function listOptions(parameters: Parameters): ListOptions {
  const limit = parameters.integer('limit', 1) ?? pageSizeDefault;
  if (limit > pageSizeMax) {
    throw invalidRequest(`This value must be less than or equal to ${pageSizeMax}.`, {
      code: 'parameter_invalid_integer',
      param: 'limit',
    });
  }
  return { after: parameters.text('starting_after'), limit };
}

/** A page in Stripe's envelope, newest first. */
export function listObject<T extends { readonly id: string }>(
  table: Table<T>,
  kind: 'charge' | 'payment_intent' | 'refund',
  options: PageOptions<T>,
  present: (record: T) => object,
): object {
  const { after } = options;
  if (after !== undefined && table.find(after) === undefined) {
    throw noSuch(kind, after, 'starting_after', 'parameter');
  }
  const { records, hasMore } = table.page(options);
  return {
    object: 'list',
    data: records.map(present),
    has_more: hasMore,
    url: `/v1/${kind}s`,
  };
}

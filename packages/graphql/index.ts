export { inKeyOrder } from './batching.ts';
export { connection, pageRequest, type Connection } from './connection.ts';
export { createErrorFormatter } from './errors.ts';
export { CurrencyCode, DateTime, Decimal, Locale, Url } from './scalars.ts';
export { unansweredFields } from './unanswered-fields.ts';
export { userErrors } from './user-errors.ts';

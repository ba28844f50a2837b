import { AppError, NotFound, Unavailable } from '#errors';
import { expect, test } from 'vitest';
import { mayPass } from './may-pass.ts';

class CardRefused extends AppError {
  constructor() {
    super('CARD_REFUSED', 'No.');
  }
}

test.each([
  ['somebody did not answer', new Unavailable('payments')],
  ['a connection was refused', Object.assign(new Error('no'), { code: 'ECONNREFUSED' })],
  ['PostgreSQL is restarting', Object.assign(new Error('no'), { code: '57P03' })],
  ['a transaction met another', Object.assign(new Error('no'), { code: 'P2034' })],
  ['all addresses failed', new AggregateError([Object.assign(new Error(), { code: 'ETIMEDOUT' })])],
  ['the cause is below', new Error('outer', { cause: new Unavailable('orders') })],
  [
    'the driver adapter says so',
    { code: 'P2010', meta: { driverAdapterError: { cause: { originalCode: '57P01' } } } },
  ],
  ['a pool waited too long', new Error('timeout exceeded when trying to connect')],
])('%s: it may pass', (_what, error) => {
  expect(mayPass(error)).toBe(true);
});

test.each([
  ['a mistake of ours', new TypeError('x is not a function')],
  ['something is not there', new NotFound('ord_1')],
  ['a refusal', new CardRefused()],
  ['a unique key was taken', Object.assign(new Error('no'), { code: '23505' })],
  ['nothing', undefined],
  ['a text', 'ECONNREFUSED'],
])('%s: it will not pass', (_what, error) => {
  expect(mayPass(error)).toBe(false);
});

test('an error that is its own cause ends the search', () => {
  const error = new Error('ring');
  error.cause = error;
  expect(mayPass(error)).toBe(false);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  failPayment,
  refundPayment,
  settlePayment,
  type Payment,
  type ProviderPayment,
} from './payment.ts';

const usd = (amount: string) => ({ amount, currency: 'USD' });
const pending: Payment = {
  id: 'pay_1',
  status: 'PENDING',
  amount: usd('10.00'),
  captured: usd('0.00'),
  refunded: usd('0.00'),
  providerId: null,
  method: null,
  failure: null,
  createdAt: new Date('2026-11-25T12:00:00Z'),
};
const declined = { code: 'CARD_DECLINED', message: 'Declined.', retryable: true };

function news(status: ProviderPayment['status'], captured = '0.00'): ProviderPayment {
  return { providerId: 'pi_1', status, captured: usd(captured), method: null };
}

test('an authorised payment is captured, and then given back', () => {
  const authorized = settlePayment(pending, news('AUTHORIZED'));
  expect(authorized).toMatchObject({ status: 'AUTHORIZED', providerId: 'pi_1' });
  const captured = settlePayment(authorized, news('CAPTURED', '10.00'));
  expect(captured).toMatchObject({ status: 'CAPTURED', captured: usd('10.00') });
  expect(refundPayment(captured, usd('10.00'))).toMatchObject({ status: 'REFUNDED' });
});

test('the same news twice is no news', () => {
  const authorized = settlePayment(pending, news('AUTHORIZED'));
  expect(settlePayment(authorized, news('AUTHORIZED'))).toBe(authorized);
});

test('what has failed or was given back never moves, whatever is told late', () => {
  const told = fc.constantFrom<ProviderPayment['status']>('AUTHORIZED', 'CAPTURED', 'CANCELLED');
  const end = fc.constantFrom<Payment['status']>('FAILED', 'CANCELLED', 'REFUNDED');
  fc.assert(
    fc.property(end, fc.array(told), (status, late) => {
      const ended = { ...pending, status };
      expect(late.reduce((payment, each) => settlePayment(payment, news(each)), ended)).toBe(ended);
      expect(failPayment(ended, declined)).toBe(ended);
      expect(refundPayment(ended, usd('1.00'))).toBe(ended);
    }),
  );
});

test('money that was taken is no failure any more', () => {
  const captured = settlePayment(pending, news('CAPTURED', '10.00'));
  expect(failPayment(captured, declined)).toBe(captured);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { refund, type Charge } from './charge.ts';
import { cancel, captureHeld, confirm, type PaymentIntent } from './payment-intent.ts';
import { paymentMethodFrom } from './payment-method.ts';
import type { Refund } from './refund.ts';
import { StripeError } from './stripe-error.ts';

const now = 1_795_608_000;
const wanted: PaymentIntent = {
  id: 'pi_1',
  clientSecret: 'pi_1_secret',
  created: now,
  amount: 1_000,
  currency: 'usd',
  description: null,
  metadata: {},
  captureMethod: 'manual',
  allowedTypes: ['card'],
  redirects: null,
  paymentMethod: null,
  status: 'requires_payment_method',
  amountCapturable: 0,
  amountReceived: 0,
  latestCharge: null,
  lastFailure: null,
  canceledAt: null,
  cancellationReason: null,
};

/** An intent with all its charges and refunds. */
interface Story {
  intent: PaymentIntent;
  charges: Map<string, Charge>;
  refunds: Refund[];
}

const steps = {
  confirm: ({ intent }: Story) =>
    confirm(intent, paymentMethodFrom('pm_card_visa', now), undefined, now),
  decline: ({ intent }: Story) =>
    confirm(intent, paymentMethodFrom('pm_card_chargeDeclined', now), undefined, now),
  capture: (story: Story, amount: number) => captureHeld(story.intent, latest(story), amount, now),
  cancel: (story: Story) => cancel(story.intent, latest(story), null, now),
  refund: (story: Story, amount: number) => {
    const charge = latest(story);
    return charge ? { intent: story.intent, ...refund(charge, { amount }, now) } : story;
  },
};
const names = Object.keys(steps) as (keyof typeof steps)[];

test('whatever is asked in whatever order, money is taken once and given back no more than taken', () => {
  const asked = fc.record({
    name: fc.constantFrom(...names),
    amount: fc.integer({ min: 1, max: 1_200 }),
  });
  fc.assert(
    fc.property(fc.array(asked, { maxLength: 12 }), (requests) => {
      const story: Story = { intent: wanted, charges: new Map(), refunds: [] };
      for (const { name, amount } of requests) take(story, name, amount);

      const charges = [...story.charges.values()];
      const taken = charges.reduce((sum, { amountCaptured }) => sum + amountCaptured, 0);
      const letGo = story.refunds.reduce((sum, { amount }) => sum + amount, 0);
      expect(taken).toBe(story.intent.amountReceived);
      expect(taken).toBeLessThanOrEqual(wanted.amount);
      expect(letGo).toBe(charges.reduce((sum, { amountRefunded }) => sum + amountRefunded, 0));
      expect(charges.filter(({ captured }) => captured).length).toBeLessThanOrEqual(1);
      for (const charge of charges)
        expect(charge.amountRefunded).toBeLessThanOrEqual(charge.amount);
      expect(charges.some(({ heldUntil }) => heldUntil !== null)).toBe(
        story.intent.status === 'requires_capture',
      );
    }),
  );
});

function take(story: Story, name: keyof typeof steps, amount: number): void {
  try {
    const {
      intent,
      charge,
      refund: made,
    } = { charge: undefined, refund: undefined, ...steps[name](story, amount) };
    story.intent = intent;
    if (charge) story.charges.set(charge.id, charge);
    if (made) story.refunds.push(made);
  } catch (error) {
    if (!(error instanceof StripeError)) throw error;
  }
}

function latest({ intent, charges }: Story): Charge | undefined {
  return intent.latestCharge === null ? undefined : charges.get(intent.latestCharge);
}

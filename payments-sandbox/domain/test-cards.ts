/** Why an issuer says no, in the words that Stripe gives to it. */
export interface Decline {
  readonly code: string;
  readonly declineCode: string;
  readonly message: string;
  /** What to do about it (Stripe's `advice_code`). */
  readonly advice: 'confirm_card_data' | 'do_not_try_again' | 'try_again_later' | null;
}

export interface TestCard {
  readonly brand: 'amex' | 'diners' | 'discover' | 'jcb' | 'mastercard' | 'unionpay' | 'visa';
  readonly last4: string;
  readonly funding: 'credit' | 'debit' | 'prepaid';
  /** Null for a card that pays. */
  readonly decline: Decline | null;
}

/** The card behind one of Stripe's test payment methods, such as `pm_card_visa`. */
export function testCard(token: string): TestCard | undefined {
  return cards.get(token);
}

const generic: Decline = {
  code: 'card_declined',
  declineCode: 'generic_decline',
  message: 'Your card was declined.',
  advice: 'try_again_later',
};
const insufficientFunds: Decline = {
  code: 'card_declined',
  declineCode: 'insufficient_funds',
  message: 'Your card has insufficient funds.',
  advice: 'try_again_later',
};
const lost: Decline = { ...generic, declineCode: 'lost_card', advice: 'do_not_try_again' };
const stolen: Decline = { ...generic, declineCode: 'stolen_card', advice: 'do_not_try_again' };
const tooOften: Decline = {
  ...generic,
  declineCode: 'card_velocity_exceeded',
  message:
    'Your card was declined for making repeated attempts too frequently or exceeding its amount limit.',
};
const expired: Decline = {
  code: 'expired_card',
  declineCode: 'expired_card',
  message: 'Your card has expired.',
  advice: 'do_not_try_again',
};
const wrongCvc: Decline = {
  code: 'incorrect_cvc',
  declineCode: 'incorrect_cvc',
  message: "Your card's security code is incorrect.",
  advice: 'confirm_card_data',
};
const processingError: Decline = {
  code: 'processing_error',
  declineCode: 'processing_error',
  message: 'An error occurred while processing your card. Try again in a little bit.',
  advice: 'try_again_later',
};

/** https://docs.stripe.com/testing lists them; the names without a brand are older, and work there too. */
const cards: ReadonlyMap<string, TestCard> = new Map([
  ['pm_card_visa', pays('visa', '4242')],
  ['pm_card_visa_debit', pays('visa', '5556', 'debit')],
  ['pm_card_mastercard', pays('mastercard', '4444')],
  ['pm_card_mastercard_debit', pays('mastercard', '8210', 'debit')],
  ['pm_card_mastercard_prepaid', pays('mastercard', '5100', 'prepaid')],
  ['pm_card_amex', pays('amex', '0005')],
  ['pm_card_discover', pays('discover', '1117')],
  ['pm_card_diners', pays('diners', '0004')],
  ['pm_card_jcb', pays('jcb', '0505')],
  ['pm_card_unionpay', pays('unionpay', '0005')],
  ['pm_card_visa_chargeDeclined', declines('0002', generic)],
  ['pm_card_chargeDeclined', declines('0002', generic)],
  ['pm_card_visa_chargeDeclinedInsufficientFunds', declines('9995', insufficientFunds)],
  ['pm_card_chargeDeclinedInsufficientFunds', declines('9995', insufficientFunds)],
  ['pm_card_visa_chargeDeclinedLostCard', declines('9987', lost)],
  ['pm_card_visa_chargeDeclinedStolenCard', declines('9979', stolen)],
  ['pm_card_visa_chargeDeclinedVelocityLimitExceeded', declines('6975', tooOften)],
  ['pm_card_chargeDeclinedExpiredCard', declines('0069', expired)],
  ['pm_card_chargeDeclinedIncorrectCvc', declines('0127', wrongCvc)],
  ['pm_card_chargeDeclinedProcessingError', declines('0119', processingError)],
]);

function pays(
  brand: TestCard['brand'],
  last4: string,
  funding: TestCard['funding'] = 'credit',
): TestCard {
  return { brand, last4, funding, decline: null };
}

function declines(last4: string, decline: Decline): TestCard {
  return { brand: 'visa', last4, funding: 'credit', decline };
}

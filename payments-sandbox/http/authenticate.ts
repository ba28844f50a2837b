import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { StripeError } from '../domain/stripe-error.ts';

const help = 'See https://stripe.com/docs/api#authentication for details.';

/** Lets the one secret key pass, as a bearer token or as the name in basic authentication. */
export function authenticate({ headers }: IncomingMessage, secretKey: string): void {
  const shown = keyIn(headers.authorization ?? '');
  if (shown === '') {
    throw new StripeError(
      401,
      'invalid_request_error',
      `You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). ${help}`,
    );
  }
  // Hashes have one length, and comparing them takes one time, whatever was shown.
  if (timingSafeEqual(hash('sha256', shown, 'buffer'), hash('sha256', secretKey, 'buffer'))) return;
  throw new StripeError(401, 'invalid_request_error', `Invalid API Key provided: ${masked(shown)}`);
}

function keyIn(authorization: string): string {
  const [, scheme = '', value = ''] = /^(bearer|basic) +(\S+)$/i.exec(authorization) ?? [];
  if (scheme.toLowerCase() === 'bearer') return value;
  return Buffer.from(value, 'base64').toString().split(':')[0] ?? '';
}

/** The kind of key and its last four characters are all that an answer may repeat. */
function masked(key: string): string {
  const kind = /^[sr]k_(test|live)_/.exec(key)?.[0] ?? '';
  const hidden = key.slice(kind.length, -4);
  return `${kind}${'*'.repeat(hidden.length)}${hidden === '' ? '****' : key.slice(-4)}`;
}

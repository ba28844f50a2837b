import { readBody, sendJson, type Logger, type Route } from '#service';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { newId } from './domain/ids.ts';
import { invalidRequest, StripeError } from './domain/stripe-error.ts';
import { findEndpoint } from './endpoints/index.ts';
import type { Ledger } from './store/ledger.ts';
import { authenticate } from './http/authenticate.ts';
import { errorBody, faultBody } from './http/error-body.ts';
import { execute, type Outcome } from './execute.ts';
import { parseForm, type Form } from './http/form.ts';
import { createKeysUnderWay, idempotencyKey } from './http/idempotency.ts';

export interface StripeApiOptions {
  readonly ledger: Ledger;
  readonly secretKey: string;
  readonly clock: () => Date;
  readonly logger: Logger;
}

const bodyBytesMax = 1024 * 1024;

/** Stripe's HTTP API over a ledger: https://docs.stripe.com/api */
export function createStripeApi({ ledger, secretKey, clock, logger }: StripeApiOptions): Route {
  const whileUnderWay = createKeysUnderWay();

  return async (request, response, url) => {
    const requestId = newId('req');
    response.setHeader('request-id', requestId);
    try {
      authenticate(request, secretKey);
      send(response, await answer(request, url, requestId));
    } catch (error) {
      if (!(error instanceof StripeError)) {
        logger.error('a request failed', {
          error,
          requestId,
          method: request.method,
          url: url.pathname,
        });
        sendJson(response, 500, faultBody);
        return true;
      }
      if (error.status === 401) response.setHeader('www-authenticate', 'Basic realm="Stripe"');
      if (!request.complete) response.setHeader('connection', 'close'); // the rest is not read
      sendJson(response, error.status, errorBody(error));
    }
    return true;
  };

  async function answer(request: IncomingMessage, url: URL, requestId: string): Promise<Outcome> {
    const { method = 'GET' } = request;
    const { endpoint, id } = findEndpoint(method, url.pathname);
    const key = method === 'POST' ? idempotencyKey(request) : undefined;
    return await whileUnderWay(key, async () => {
      const form = method === 'POST' ? await readForm(request) : parseForm(url.search);
      const now = Math.floor(clock().getTime() / 1000);
      return execute({ ledger, now, endpoint, id, path: url.pathname, form, key, requestId });
    });
  }
}

async function readForm(request: IncomingMessage): Promise<Form> {
  const body = await readBody(request, bodyBytesMax);
  if (body === null) throw invalidRequest(`The body has more than ${bodyBytesMax} bytes.`);
  const type = request.headers['content-type'] ?? '';
  if (body.length > 0 && !/^application\/x-www-form-urlencoded\b/i.test(type)) {
    throw invalidRequest(
      'Invalid request (check that your POST content type is application/x-www-form-urlencoded).',
    );
  }
  return parseForm(body.toString());
}

function send(response: ServerResponse, { status, body, key, originalRequest }: Outcome): void {
  if (key !== undefined) {
    response.setHeader('idempotency-key', key);
    response.setHeader('original-request', originalRequest);
    if (originalRequest !== response.getHeader('request-id')) {
      response.setHeader('idempotent-replayed', 'true');
    }
  }
  sendJson(response, status, body);
}

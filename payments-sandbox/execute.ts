import { hash } from 'node:crypto';
import { StripeError } from './domain/stripe-error.ts';
import type { Answer, Endpoint } from './endpoints/endpoint.ts';
import { expandAll } from './endpoints/expand.ts';
import { releaseLapsedHolds } from './endpoints/lapsed-holds.ts';
import type { KeptAnswer } from './store/idempotency-keys.ts';
import type { Ledger } from './store/ledger.ts';
import { errorBody } from './http/error-body.ts';
import { canonicalForm, type Form } from './http/form.ts';
import { keyReused } from './http/idempotency.ts';
import { Parameters } from './http/parameters.ts';

export interface Execution {
  readonly ledger: Ledger;
  readonly now: number;
  readonly endpoint: Endpoint;
  /** What the path names. */
  readonly id: string;
  readonly path: string;
  readonly form: Form;
  readonly key: string | undefined;
  readonly requestId: string;
}

export interface Outcome extends Answer {
  readonly key: string | undefined;
  /** The request that was executed: this one, or the first with its key. */
  readonly originalRequest: string;
}

/**
 * Does what is asked, once for each key: changes, answer and key are one transaction. Parameters that are
 * wrong are refused before anything is executed, and leave the key free. All that comes of an execution
 * is kept, declines and refusals too.
 */
export function execute(execution: Execution): Outcome {
  const { ledger, now, endpoint, id, path, form, key, requestId } = execution;
  const parameters = new Parameters(form);
  const expansions = parameters.texts('expand');
  const work = endpoint(parameters, id);
  parameters.refuseUnknown();

  return ledger.transact(() => {
    releaseLapsedHolds(ledger, now);
    const fingerprint = hash('sha256', canonicalForm(form));
    const kept = key === undefined ? undefined : ledger.keys.find(key, now);
    if (key !== undefined && kept !== undefined) {
      if (kept.path !== path || kept.fingerprint !== fingerprint) {
        throw keyReused(key, kept.path, path);
      }
      return outcomeOf(kept);
    }
    const answer = { path, fingerprint, requestId, ...attempt() };
    if (key !== undefined) ledger.keys.keep(key, answer, now);
    return outcomeOf(answer);
  });

  function attempt(): Answer {
    try {
      return ledger.attempt(() => {
        const answer = work({ ledger, now });
        if (answer.status === 200) expandAll(ledger, answer.body, expansions);
        return answer;
      });
    } catch (error) {
      if (!(error instanceof StripeError)) throw error;
      const { paymentIntent } = error.facts;
      const intent = paymentIntent === undefined ? undefined : ledger.intents.find(paymentIntent);
      return { status: error.status, body: errorBody(error, intent) };
    }
  }

  function outcomeOf(answer: KeptAnswer): Outcome {
    return { status: answer.status, body: answer.body, key, originalRequest: answer.requestId };
  }
}

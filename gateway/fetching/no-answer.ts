import type { HttpErrorCode } from './http/http-error.ts';

/** What may be sent once more: a mutation that was sent may have been carried out. */
export type Repeatable = 'nothing' | 'queries' | 'anything';

export interface NoAnswerFacts extends ErrorOptions {
  /** Whether it speaks of the subgraph, rather than of what it was asked. */
  readonly isOutage: boolean;
  readonly repeatable: Repeatable;
}

/** Why an exchange with a subgraph gave no answer, and what follows from it. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly isOutage: boolean;
  readonly repeatable: Repeatable;

  constructor(message: string, { isOutage, repeatable, ...options }: NoAnswerFacts) {
    super(message, options);
    this.isOutage = isOutage;
    this.repeatable = repeatable;
  }
}

const closed: HttpErrorCode = 'HTTP_CLOSED';
/** The connection broke, or never was: what Node calls it, and we. */
const connectionLost = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', closed]);
/** The gateway's own mistake, such as a header that HTTP can't carry. */
const notAskable: HttpErrorCode = 'HTTP_NOT_SENDABLE';
const tooLong: HttpErrorCode = 'HTTP_TOO_LONG';

export function brokenOff(cause: Error, wasSent: boolean): NoAnswer {
  const code = 'code' in cause ? String(cause.code) : '';
  if (code === tooLong) {
    return new NoAnswer('it answered more than is taken', {
      isOutage: false,
      repeatable: 'nothing',
      cause,
    });
  }
  const repeatable = wasSent ? 'queries' : 'anything';
  return new NoAnswer(wasSent ? 'it hung up' : 'it was not reached', {
    isOutage: code !== notAskable,
    repeatable: connectionLost.has(code) ? repeatable : 'nothing',
    cause,
  });
}

export function tookTooLong(timeoutMs: number): NoAnswer {
  return new NoAnswer(`it did not answer in ${timeoutMs} ms`, {
    isOutage: true,
    repeatable: 'nothing',
  });
}

/** Bad gateway, unavailable, gateway timeout: what stands before the subgraph says for it. */
const passing = new Set([502, 503, 504]);
const shownMax = 200;

export function answeredOtherwise(status: number, text: string): NoAnswer {
  return new NoAnswer(`it answered ${status}: ${text.slice(0, shownMax)}`, {
    isOutage: status >= 500,
    repeatable: passing.has(status) ? 'queries' : 'nothing',
  });
}

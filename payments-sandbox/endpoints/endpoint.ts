import type { Parameters } from '../http/parameters.ts';
import type { Ledger } from '../store/ledger.ts';

/** What an execution works with. */
export interface Desk {
  readonly ledger: Ledger;
  /** Seconds since 1970. */
  readonly now: number;
}

export interface Answer {
  readonly status: number;
  readonly body: object;
}

/** Reads and checks the parameters first; what it returns then does the work, inside a transaction. */
export type Endpoint = (parameters: Parameters, id: string) => (desk: Desk) => Answer;

export function ok(body: object): Answer {
  return { status: 200, body };
}

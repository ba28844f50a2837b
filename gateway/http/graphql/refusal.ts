import type { GraphAnswer } from '../../execution/graph-answer.ts';

/** The answer to a request that is wrong by itself. The message says what to send instead. */
export function refusal(status: number, code: string, message: string): GraphAnswer {
  return { data: undefined, errors: [{ message, extensions: { code } }], status };
}

export function badRequest(message: string): GraphAnswer {
  return refusal(400, 'BAD_REQUEST', message);
}

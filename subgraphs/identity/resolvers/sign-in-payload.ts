import { Refusal } from '#errors';
import { userErrors } from '#graphql';
import type { Tokens } from '../domain/tokens.ts';

/** The tokens, or the reason why not. */
export function signInPayload(outcome: Tokens | Refusal) {
  return {
    outcome: outcome instanceof Refusal ? null : outcome,
    userErrors: userErrors(outcome),
  };
}

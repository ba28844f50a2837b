import { Refusal } from '#errors';
import { userErrors } from '#graphql';
import type { UserAsSeen } from '../domain/user.ts';

/** The user as they are now, or the reason why nothing was changed. */
export function userPayload(outcome: UserAsSeen | null | Refusal) {
  return {
    user: outcome instanceof Refusal ? null : outcome,
    userErrors: userErrors(outcome),
  };
}

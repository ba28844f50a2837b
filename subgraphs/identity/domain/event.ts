export type SessionEnd = 'SIGNED_OUT' | 'REVOKED' | 'TOKEN_REUSED' | 'USER_LOCKED';

/** What other houses hear of people and their sessions. */
export type IdentityEvent =
  | { readonly type: 'session.started'; readonly sessionId: string; readonly ownerId: string }
  | {
      readonly type: 'session.ended';
      readonly sessionId: string;
      readonly ownerId: string;
      readonly reason: SessionEnd;
    }
  | {
      readonly type: 'user.roles_changed';
      readonly userId: string;
      /** All that they have now. */
      readonly roles: readonly string[];
    }
  | { readonly type: 'user.locked' | 'user.unlocked'; readonly userId: string };

/** The stream of all that makes access tokens worth nothing before they expire. */
export const revocationStream = 'revocations';

export function streamsOf(event: IdentityEvent): string[] {
  switch (event.type) {
    case 'session.started':
      return [`user:${event.ownerId}`];
    case 'session.ended':
      return [`user:${event.ownerId}`, revocationStream];
    case 'user.roles_changed':
    case 'user.locked':
      return [`user:${event.userId}`, revocationStream];
    case 'user.unlocked':
      return [`user:${event.userId}`];
  }
}

export type SessionEnd = 'SIGNED_OUT' | 'REVOKED' | 'TOKEN_REUSED';

/** What other houses hear of a session. */
export type SessionEvent =
  | { readonly type: 'session.started'; readonly sessionId: string; readonly ownerId: string }
  | {
      readonly type: 'session.ended';
      readonly sessionId: string;
      readonly ownerId: string;
      readonly reason: SessionEnd;
    };

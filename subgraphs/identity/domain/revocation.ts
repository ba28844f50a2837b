/** Access tokens that are worth nothing any more: all of the session, or of the subject, up to a time. */
export interface Revocation {
  readonly sessionId: string | null;
  /** The id of a user. */
  readonly subject: string | null;
  /** Whatever was issued then or earlier. */
  readonly before: Date;
}

export interface RevocationUpdate {
  /** Where to go on from, as `since`. */
  readonly cursor: string;
  /** Oldest first. */
  readonly revocations: readonly Revocation[];
}

import type { Access } from './access.ts';

/** Every token of the session, or of the subject, that was issued at `before` or earlier. */
export interface Revocation {
  readonly sessionId: string | null;
  readonly subject: string | null;
  readonly before: Date;
}

/** No access token of ours lives longer, with a minute for the clocks. */
const keptMs = 61 * 60_000;

/** Which tokens are worth nothing any more, as long as they would be worth something otherwise. */
export class RevokedTokens {
  /** Until when tokens were issued that are revoked, in milliseconds; the latest is last. */
  readonly #sessions = new Map<string, number>();
  readonly #subjects = new Map<string, number>();
  readonly #clock: () => Date;

  constructor(clock: () => Date) {
    this.#clock = clock;
  }

  add({ sessionId, subject, before }: Revocation): void {
    if (sessionId !== null) this.#put(this.#sessions, sessionId, before.getTime());
    if (subject !== null) this.#put(this.#subjects, subject, before.getTime());
  }

  has({ caller: { id, sessionId }, issuedAt }: Access): boolean {
    const issued = issuedAt?.getTime() ?? 0;
    return (
      issued <= (this.#subjects.get(id) ?? -1) ||
      (sessionId !== null && issued <= (this.#sessions.get(sessionId) ?? -1))
    );
  }

  get size(): number {
    return this.#sessions.size + this.#subjects.size;
  }

  #put(revoked: Map<string, number>, key: string, before: number): void {
    const latest = Math.max(before, revoked.get(key) ?? 0);
    revoked.delete(key);
    revoked.set(key, latest);
    const oldest = this.#clock().getTime() - keptMs;
    for (const [other, until] of revoked) {
      if (until >= oldest) break;
      revoked.delete(other);
    }
  }
}

import { AppError } from './app-error.ts';

/**
 * Somebody whom we need did not answer, or could not now: a sibling, a provider, a downstream system.
 * What was asked may or may not have been done, so ask again with the same key.
 */
export class Unavailable extends AppError {
  override readonly name = 'Unavailable';
  /** Who, such as `provisioning` or `payments`; for the log, not for clients. */
  readonly who: string;

  constructor(who: string, cause?: unknown) {
    super('UNAVAILABLE', 'A part that this needs does not answer now; try again.', { cause });
    this.who = who;
  }
}

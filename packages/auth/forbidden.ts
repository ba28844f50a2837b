import { AppError } from '#errors';

/** The caller is known, and may not do this. */
export class Forbidden extends AppError {
  override readonly name = 'Forbidden';

  /** The message says who may. */
  constructor(message: string) {
    super('FORBIDDEN', message);
  }
}

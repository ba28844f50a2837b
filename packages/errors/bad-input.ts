import { AppError } from './app-error.ts';

/** Input that no caller can mean: a fault of the client's, rather than a refusal of the business. */
export class BadInput extends AppError {
  override readonly name = 'BadInput';
  /** The argument that is wrong, or the path to it: `lines.0.quantity`. */
  readonly field: string;

  /** The message names the field, and says what to give instead. */
  constructor(field: string, message: string) {
    super('BAD_USER_INPUT', message);
    this.field = field;
  }
}

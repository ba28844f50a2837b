import { AppError } from '#errors';

/** What a caller did wrong, or asked for in vain, and the HTTP status that says so. */
export class SimulatorError extends AppError {
  override readonly name = 'SimulatorError';
  readonly status: number;

  constructor(status: number, code: string, message: string) {
    super(code, message);
    this.status = status;
  }
}

import { AppError } from '#errors';

/** An argument that no caller can mean; says which one, and what to give instead. */
export class BadArgument extends AppError {
  override readonly name = 'BadArgument';
  readonly argument: string;

  constructor(argument: string, remedy: string) {
    super('BAD_USER_INPUT', remedy);
    this.argument = argument;
  }
}

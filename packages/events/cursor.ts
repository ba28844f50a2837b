import { AppError } from '#errors';

/** Where a reader of a stream stands, as an opaque text. */
export function encodeCursor(stream: string, number: number): string {
  return Buffer.from(`${number} ${stream}`).toString('base64url');
}

/** The number in a cursor of that very stream. @throws BadCursor for any other text. */
export function decodeCursor(stream: string, cursor: string): number {
  const [number = '', name] = Buffer.from(cursor, 'base64url').toString().split(' ');
  if (name !== stream || !/^(0|[1-9]\d{0,14})$/.test(number)) throw new BadCursor();
  return Number(number);
}

export class BadCursor extends AppError {
  override readonly name = 'BadCursor';

  constructor() {
    super('BAD_CURSOR', '`since` is not a cursor of this stream: pass one that it gave, or none.');
  }
}

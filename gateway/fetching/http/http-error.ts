export type HttpErrorCode =
  /** What was to be sent would be no HTTP, or more than one request. */
  | 'HTTP_NOT_SENDABLE'
  | 'HTTP_CONNECT_TIMEOUT'
  /** The other side closed the connection before the end of its answer. */
  | 'HTTP_CLOSED'
  /** What came is no HTTP, or none whose end is certain. */
  | 'HTTP_MALFORMED'
  | 'HTTP_TOO_LONG'
  /** The connections were closed by their owner. */
  | 'HTTP_DISPOSED';

/** Why an exchange over HTTP did not come to its end, where Node has no error for it. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly code: HttpErrorCode;

  constructor(code: HttpErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

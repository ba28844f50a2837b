/** What a client gets who signed in. */
export interface Tokens {
  readonly userId: string;
  /** A JWT (RFC 9068). */
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly tokenType: 'Bearer';
  /** Seconds. */
  readonly expiresIn: number;
}

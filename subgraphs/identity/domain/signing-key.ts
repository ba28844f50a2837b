/** A key pair for access tokens, as it is kept. */
export interface SealedSigningKey {
  readonly kid: string;
  readonly publicJwk: Readonly<Record<string, unknown>>;
  readonly sealedPrivateJwk: Uint8Array;
  /** From when on it signs; it is published before. */
  readonly notBefore: Date;
}

/** The key that signs now: the newest that has begun. */
export function signingKeyOf<Key extends Pick<SealedSigningKey, 'notBefore'>>(
  keys: readonly Key[],
  now: Date,
): Key | undefined {
  return keys
    .filter(({ notBefore }) => notBefore <= now)
    .toSorted((left, right) => right.notBefore.getTime() - left.notBefore.getTime())[0];
}

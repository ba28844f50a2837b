import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { deriveKey } from './seal-key.ts';

export interface Seal {
  /** Encrypts for one use, named by `about`: a sealed text that is moved elsewhere does not open there. */
  readonly close: (about: string, plain: Uint8Array) => Uint8Array<ArrayBuffer>;
  /** @throws when it was sealed with another key or for another use, or was changed. */
  readonly open: (about: string, sealed: Uint8Array) => Uint8Array;
}

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** AES-256-GCM with a random nonce: nonce, tag and text in a row. For what is sealed rarely, such as keys. */
export function createSeal(sealKey: Uint8Array): Seal {
  const key = deriveKey(sealKey, 'seal');
  return {
    close: (about, plain) => {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, key, nonce);
      cipher.setAAD(Buffer.from(about));
      const text = [cipher.update(plain), cipher.final()];
      return Buffer.concat([nonce, cipher.getAuthTag(), ...text]);
    },
    open: (about, sealed) => {
      const nonce = sealed.subarray(0, nonceBytes);
      const cipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
      cipher.setAAD(Buffer.from(about));
      cipher.setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes));
      return Buffer.concat([cipher.update(sealed.subarray(nonceBytes + tagBytes)), cipher.final()]);
    },
  };
}

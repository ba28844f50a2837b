import { createHmac } from 'node:crypto';
import { deriveKey } from './seal-key.ts';

/** Stands for a text that must not be kept: equal for equal texts, and no use without our key. */
export type Fingerprint = (text: string) => Uint8Array<ArrayBuffer>;

export function createFingerprint(sealKey: Uint8Array): Fingerprint {
  const key = deriveKey(sealKey, 'fingerprint');
  return (text) => createHmac('sha256', key).update(text).digest();
}

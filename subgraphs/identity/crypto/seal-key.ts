import { ConfigError } from '#service';
import { hkdfSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';

const keyBytes = 32;

/** The key that everything secret in the database depends on. @throws ConfigError when the file has none. */
export async function readSealKey(path: string): Promise<Uint8Array> {
  const remedy = `must name a file with ${keyBytes} random bytes in base64, as \`openssl rand -base64 ${keyBytes}\` writes it; ${path}`;
  let text: string;
  try {
    text = (await readFile(path, 'utf8')).trim();
  } catch (cause) {
    throw new ConfigError('IDENTITY_SEAL_KEY_FILE', `${remedy} can't be read`, { cause });
  }
  const key = Buffer.from(text, 'base64');
  if (key.length === keyBytes && key.toString('base64') === text) return key;
  throw new ConfigError('IDENTITY_SEAL_KEY_FILE', `${remedy} has something else`);
}

/** A key for one purpose alone (HKDF, RFC 5869). */
export function deriveKey(sealKey: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', sealKey, '', `quartermaster identity ${purpose}`, 32));
}

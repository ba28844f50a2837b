import { generateServiceKeyPair } from '#auth';
import type { JSONWebKeySet, JWK } from 'jose';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { codeOf } from './cannot-start.ts';
import { readJson, writeJson } from './json-file.ts';

/** Who signs internal tokens, each with a key of its own. */
export const keyHolders = ['gateway', 'catalogue', 'identity', 'provisioning', 'orders'] as const;

export type KeyHolder = (typeof keyHolders)[number];

export interface KeyFiles {
  /** Where each service's private key is, as a JWK. */
  readonly services: Readonly<Record<KeyHolder, string>>;
  /** Where the public keys of all are, as a JWK Set. */
  readonly jwks: string;
  /** Where identity's key is that seals its signing keys. */
  readonly seal: string;
}

const secretMode = 0o600;
const sealKeyBytes = 32;

/** Makes the keys that are missing, and the set of all public ones. */
export async function makeKeys({ services, jwks, seal }: KeyFiles): Promise<void> {
  const keys = await Promise.all(keyHolders.map((name) => makeServiceKey(name, services[name])));
  const before = (await readJson(jwks)) as JSONWebKeySet | undefined;
  if (JSON.stringify(before?.keys) !== JSON.stringify(keys)) await writeJson(jwks, { keys });
  await makeSealKey(seal);
}

/** Answers with the public half. */
async function makeServiceKey(name: KeyHolder, path: string): Promise<JWK> {
  const known = (await readJson(path)) as JWK | undefined;
  const key = known ?? (await generateServiceKeyPair(name)).privateJwk;
  if (known === undefined) await writeJson(path, key, secretMode);
  const publicJwk = { ...key };
  delete publicJwk.d;
  return publicJwk;
}

async function makeSealKey(path: string): Promise<void> {
  try {
    const key = randomBytes(sealKeyBytes).toString('base64');
    await writeFile(path, `${key}\n`, { mode: secretMode, flag: 'wx' });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

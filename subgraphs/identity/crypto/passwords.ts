import { hash, verify } from '@node-rs/argon2';
import { randomBytes } from 'node:crypto';
import { createLimit } from './limit.ts';

export interface Passwords {
  /** Argon2id, as a PHC string. */
  readonly hash: (password: string) => Promise<string>;
  /** Whether the password is the one that was hashed. Without a hash it is not, and takes as long. */
  readonly isRight: (password: string, phc: string | null) => Promise<boolean>;
}

/** OWASP's Password Storage Cheat Sheet: 19 MiB, two passes, one lane; the default algorithm is Argon2id. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** A flood may take these threads and their 19 MiB each, and no more; those in the queue wait a second or two. */
const parallelMax = 2;
const waitingMax = 100;
const lengthMax = 1_024;

export async function createPasswords(): Promise<Passwords> {
  const limited = createLimit('password hashing', parallelMax, waitingMax);
  const decoy = await hash(randomBytes(32), cost);
  return {
    hash: (password) => limited(() => hash(normalized(password), cost)),
    isRight: async (password, phc) => {
      const fits = password.length <= lengthMax;
      const text = fits ? normalized(password) : '';
      const equal = await limited(() => verify(phc ?? decoy, text));
      return equal && fits && phc !== null;
    },
  };
}

/** Keyboards write the same letters in different ways; NIST SP 800-63B asks for one form. */
function normalized(password: string): string {
  return password.normalize('NFKC');
}

import { ConfigError, type Logger } from '#service';
import { Ajv } from 'ajv';
import { readFile } from 'node:fs/promises';
import { createSigningKeys } from './signing-keys.ts';
import type { TokenIssuer } from './token-issuer.ts';

/** As people sign access tokens; a secret that the gateway would have to share is no way. */
export const signatureAlgorithms = [
  'EdDSA',
  'ES256',
  'ES384',
  'PS256',
  'PS384',
  'RS256',
  'RS384',
  'RS512',
];

/** One of the file's list. */
interface IssuerEntry extends Pick<TokenIssuer, 'issuer' | 'audience' | 'type'> {
  /** All that are known here unless said. */
  readonly algorithms?: readonly string[];
  /** The address of the public keys: `.well-known/jwks.json` of the issuer unless said. */
  readonly jwks?: string;
}

const address = { type: 'string', pattern: '^https?://.' };

const validate = new Ajv({ allErrors: true }).compile<readonly IssuerEntry[]>({
  type: 'array',
  items: {
    type: 'object',
    required: ['issuer', 'audience'],
    additionalProperties: false,
    properties: {
      issuer: { type: 'string', minLength: 1 },
      audience: { type: 'string', minLength: 1 },
      algorithms: { type: 'array', minItems: 1, items: { enum: signatureAlgorithms } },
      type: { type: 'string', minLength: 1 },
      jwks: address,
    },
  },
});

export interface IssuersOptions {
  /** An issuer who counts already. */
  readonly ours?: string;
  readonly clock: () => Date;
  readonly logger: Logger;
}

/**
 * Reads whose access tokens count, from a JSON file that the setting names.
 * @throws ConfigError that names the setting.
 */
export async function readIssuers(
  setting: string,
  file: string,
  { ours, ...options }: IssuersOptions,
): Promise<readonly TokenIssuer[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new ConfigError(setting, `${file} can't be read`, { cause });
  });
  const entries = parse(text);
  if (!validate(entries)) {
    const complaint = new Ajv().errorsText(validate.errors, { dataVar: 'it' });
    throw new ConfigError(setting, `${file} is no list of issuers: ${complaint}`);
  }
  const names = [...(ours === undefined ? [] : [ours]), ...entries.map(({ issuer }) => issuer)];
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined)
    throw new ConfigError(setting, `${file} has ${twice}, which is there already`);
  return entries.map((entry) => ({
    algorithms: signatureAlgorithms,
    ...entry,
    keys: createSigningKeys({ url: keysOf(setting, entry), ...options }),
    isOurs: false,
  }));
}

/** Undefined is no list. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @throws ConfigError when there is no address of keys. */
export function keysOf(setting: string, { issuer, jwks }: Pick<IssuerEntry, 'issuer' | 'jwks'>) {
  const url = jwks ?? `${issuer.replace(/\/$/, '')}/.well-known/jwks.json`;
  if (URL.canParse(url)) return url;
  throw new ConfigError(setting, `must be an address, not ${url}`);
}

import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** Whose access tokens count, and some of them. */
export interface Tokens extends AsyncDisposable {
  readonly issuer: string;
  readonly audience: string;
  /** The address of the public key. */
  readonly jwks: string;
  /** An `authorization` by which everything in the supergraph may be used. */
  readonly authorization: string;
  /** A file of such tokens, one to a line. */
  readonly file: string;
  /** How many lines it has: more than any gateway remembers. */
  readonly count: number;
}

const count = 24_000;
const audience = 'bench';
/** In what the guarded parts of the supergraph ask for. */
const scope = 'reviews:read';
const life = '1 day';

/** Signs tokens into a file, as identity does (Ed25519), and publishes the key. */
export async function startTokens(folder: string): Promise<Tokens> {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
  const key = { ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'EdDSA', use: 'sig' };
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [key] }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const tokenOf = (person: number) =>
    new SignJWT({ scope, sid: `ses_${person}` })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'key-1', typ: 'at+jwt' })
      .setIssuer(issuer)
      .setSubject(`usr_${person}`)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(life)
      .sign(privateKey);
  const tokens = await Promise.all(Array.from({ length: count }, (_, person) => tokenOf(person)));
  const file = join(folder, 'tokens');
  writeFileSync(file, tokens.join('\n'));
  return {
    issuer,
    audience,
    jwks: `${issuer}/keys`,
    authorization: `Bearer ${await tokenOf(count)}`,
    file,
    count,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

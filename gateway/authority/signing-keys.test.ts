import { Unavailable } from '#errors';
import { sendJson, serveHttp, type Running } from '#service';
import { errors, exportJWK, generateKeyPair } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silent } from '../fixtures/silent.ts';
import { createSigningKeys } from './signing-keys.ts';

const { publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
const jwk = { ...(await exportJWK(publicKey)), alg: 'EdDSA', use: 'sig' };

let now: number;
let kids: string[];
let isDown: boolean;
let asked: number;
let identity: Running;
beforeEach(async () => {
  now = Date.parse('2026-11-25T12:00:00Z');
  kids = ['key-1'];
  isDown = false;
  asked = 0;
  identity = await serveHttp({
    host: '127.0.0.1',
    port: 0,
    logger: silent,
    routes: [
      (_request, response) => {
        asked += 1;
        if (isDown) response.destroy();
        else sendJson(response, 200, { keys: kids.map((kid) => ({ ...jwk, kid })) });
        return true;
      },
    ],
  });
});
afterEach(async () => {
  await identity[Symbol.asyncDispose]();
});

function open() {
  const clock = () => new Date(now);
  const keys = createSigningKeys({ url: identity.url, clock, logger: silent });
  return async (kid: string) => await keys({ alg: 'EdDSA', kid }, { payload: '', signature: '' });
}

test('many at once ask once', async () => {
  const keyOf = open();
  await Promise.all([keyOf('key-1'), keyOf('key-1'), keyOf('key-1')]);
  await keyOf('key-1');
  expect(asked).toBe(1);
});

test('a key that is new is asked for, an invented one not again and again', async () => {
  const keyOf = open();
  await keyOf('key-1');
  kids = ['key-1', 'key-2'];
  now += 5_000;
  await keyOf('key-2');
  expect(asked).toBe(2);
  const invented = Array.from({ length: 20 }, (_, n) => keyOf(`invented-${n}`));
  for (const key of invented) await expect(key).rejects.toThrow(errors.JWKSNoMatchingKey);
  expect(asked).toBe(2);
});

test('a key that was withdrawn is forgotten', async () => {
  const keyOf = open();
  await keyOf('key-1');
  kids = ['key-2'];
  now += 5 * 60_000 + 1;
  await keyOf('key-1'); // nobody waits while the keys are read anew
  await expect
    .poll(() =>
      keyOf('key-1').then(
        () => 'known',
        () => 'forgotten',
      ),
    )
    .toBe('forgotten');
});

test('while identity is down the known keys work, and of others nothing can be told', async () => {
  const keyOf = open();
  await keyOf('key-1');
  isDown = true;
  now += 24 * 60 * 60_000;
  await keyOf('key-1');
  await expect(keyOf('key-2')).rejects.toThrow(Unavailable);
  await keyOf('key-1');
});

test('what could not be read at first is read soon after', async () => {
  const keyOf = open();
  isDown = true;
  await expect(keyOf('key-1')).rejects.toThrow(Unavailable);
  isDown = false;
  await expect(keyOf('key-1')).rejects.toThrow(Unavailable);
  now += 1_000;
  await keyOf('key-1');
});

import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

const env = {
  SERVICE_KEY_FILE: 'key.json',
  SERVICE_JWKS_FILE: 'jwks.json',
  IDENTITY_DATABASE_URL: 'postgresql://identity@127.0.0.1/identity',
  EVENTS_DATABASE_URL: 'postgresql://events@127.0.0.1/events',
  IDENTITY_SEAL_KEY_FILE: 'seal-key',
  QUARTERMASTER_ISSUER: 'http://127.0.0.1:4000/',
};

test('an access token lasts a quarter of an hour unless told', () => {
  expect(readConfig(env)).toMatchObject({
    port: 4_002,
    accessTokenSeconds: 900,
    issuer: 'http://127.0.0.1:4000',
  });
  expect(readConfig({ ...env, ACCESS_TOKEN_SECONDS: '60' })).toMatchObject({
    accessTokenSeconds: 60,
  });
});

test.each(Object.keys(env))('without %s it does not start', (name) => {
  expect(() => readConfig({ ...env, [name]: undefined })).toThrow(`${name}: must be set`);
});

test('an access token that lasts a day is refused', () => {
  expect(() => readConfig({ ...env, ACCESS_TOKEN_SECONDS: '86400' })).toThrow(
    'ACCESS_TOKEN_SECONDS',
  );
});

import { ConfigError } from '#service';
import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

const env = {
  SERVICE_KEY_FILE: 'gateway.json',
  SERVICE_JWKS_FILE: 'jwks.json',
  QUARTERMASTER_ISSUER: 'http://127.0.0.1:4000',
  CATALOGUE_URL: 'http://127.0.0.1:4001/',
  IDENTITY_URL: 'http://127.0.0.1:4002',
  PROVISIONING_URL: 'http://127.0.0.1:4003',
  ORDERS_URL: 'http://127.0.0.1:4004',
};

test('it listens on this machine alone unless told otherwise', () => {
  expect(readConfig(env)).toMatchObject({
    host: '127.0.0.1',
    port: 4_000,
    houseUrls: { catalogue: 'http://127.0.0.1:4001' },
  });
  expect(readConfig({ ...env, HOST: '0.0.0.0', PORT: '80' })).toMatchObject({
    host: '0.0.0.0',
    port: 80,
  });
});

test.each(['127.0.0.1', 'localhost', '::1'])('in demo mode it may listen on %s', (HOST) => {
  expect(readConfig({ ...env, QUARTERMASTER_DEMO: '1', HOST }).host).toBe(HOST);
});

test.each(['0.0.0.0', '::', '192.168.0.7', 'shop.example'])(
  'in demo mode it may not listen on %s',
  (HOST) => {
    expect(() => readConfig({ ...env, QUARTERMASTER_DEMO: '1', HOST })).toThrow(/^HOST: .*demo/);
  },
);

test.each(Object.keys(env))('%s must be set', (name) => {
  expect(() => readConfig({ ...env, [name]: '' })).toThrow(ConfigError);
});

test('introspection is off in production unless somebody says otherwise', () => {
  expect(readConfig(env).introspection).toBe(true);
  const production = { ...env, NODE_ENV: 'production' };
  expect(readConfig(production).introspection).toBe(false);
  expect(readConfig({ ...production, GATEWAY_INTROSPECTION: 'on' }).introspection).toBe(true);
  expect(readConfig({ ...env, GATEWAY_INTROSPECTION: 'off' }).introspection).toBe(false);
  expect(() => readConfig({ ...env, GATEWAY_INTROSPECTION: 'yes' })).toThrow(
    'GATEWAY_INTROSPECTION: must be on or off, not yes',
  );
});

test('what is unauthorized is left out, or refused whole', () => {
  expect(readConfig(env).unauthorized).toBe('filter');
  expect(readConfig({ ...env, GATEWAY_REJECT_UNAUTHORIZED: '1' }).unauthorized).toBe('reject');
});

import { ConfigError } from '#service';
import { expect, test } from 'vitest';
import { readConfig, readImportConfig } from './config.ts';

const env = {
  SERVICE_KEY_FILE: 'key',
  SERVICE_JWKS_FILE: 'jwks',
  CATALOGUE_DATABASE_URL: 'postgresql://catalogue@127.0.0.1/catalogue',
  EVENTS_DATABASE_URL: 'postgresql://events@127.0.0.1/events',
};

test('what is not set has a default', () => {
  expect(readConfig(env)).toMatchObject({
    host: '127.0.0.1',
    port: 4001,
    poolSize: 10,
    shopCurrency: 'USD',
  });
});

test.each([
  ['CATALOGUE_CURRENCY', 'dollars'],
  ['CATALOGUE_POOL_SIZE', '0'],
  ['CATALOGUE_DATABASE_URL', 'mysql://x'],
])('%s can not be %s', (name, value) => {
  expect(() => readConfig({ ...env, [name]: value })).toThrow(ConfigError);
  expect(() => readConfig({ ...env, [name]: value })).toThrow(name);
});

test("the import's folder is its argument, or else its variable", () => {
  expect(readImportConfig({ ...env, CATALOGUE_DATA: 'a' }, [])).toMatchObject({ data: 'a' });
  expect(readImportConfig({ ...env, CATALOGUE_DATA: 'a' }, ['b'])).toMatchObject({ data: 'b' });
  expect(() => readImportConfig(env, [])).toThrow('CATALOGUE_DATA: must be set');
});

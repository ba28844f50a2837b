import { ConfigError } from '#service';
import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

const env = {
  SERVICE_KEY_FILE: 'key',
  SERVICE_JWKS_FILE: 'jwks',
  PROVISIONING_DATABASE_URL: 'postgresql://provisioning@127.0.0.1/provisioning',
  EVENTS_DATABASE_URL: 'postgresql://events@127.0.0.1/events',
  DOWNSTREAM_MACHINES_URL: 'http://127.0.0.1:4011',
  DOWNSTREAM_MACHINES_TOKEN: 'let-me-in',
};

test.each([
  [undefined, 0],
  ['25', 25],
  ['unlimited', null],
])('with an initial stock of %s, there is so much of what is new: %s', (told, initialStock) => {
  const config = readConfig({ ...env, PROVISIONING_INITIAL_STOCK: told });
  expect(config).toMatchObject({ initialStock });
});

test.each(['-1', 'some', '1.5'])('there can not be %s of what is new', (told) => {
  const read = () => readConfig({ ...env, PROVISIONING_INITIAL_STOCK: told });
  expect(read).toThrow(ConfigError);
  expect(read).toThrow('PROVISIONING_INITIAL_STOCK');
});

import { expect, test } from 'vitest';
import { readSettings } from './settings.ts';

test('nothing set is the demo, on this machine alone', () => {
  expect(readSettings({}, [])).toMatchObject({
    dataFolder: '.data',
    host: '127.0.0.1',
    port: 4000,
    demo: true,
    reset: false,
    databaseUrl: undefined,
    payments: undefined,
    machines: undefined,
  });
});

test('systems outside take the place of those that stand in for them', () => {
  const settings = readSettings(
    {
      STRIPE_SECRET_KEY: 'sk_test_1',
      DOWNSTREAM_MACHINES_URL: 'https://machines.example',
      DOWNSTREAM_MACHINES_TOKEN: 'token',
    },
    [],
  );
  expect(settings.payments).toEqual({ secret: 'sk_test_1', url: undefined });
  expect(settings.machines).toEqual({ secret: 'token', url: 'https://machines.example' });
});

test('without the demo accounts others may reach it', () => {
  const env = { HOST: '0.0.0.0', QUARTERMASTER_DEMO: '0' };
  expect(readSettings(env, [])).toMatchObject({ host: '0.0.0.0', demo: false });
});

test.each([
  [{ HOST: '0.0.0.0' }, [], 'HOST: the demo'],
  [{ PORT: 'http' }, [], 'PORT: must be a whole number from 1 to 65535, not http'],
  [{ PORT: '65536' }, [], 'PORT: must be'],
  [{ DATABASE_URL: 'postgresql://x' }, ['--reset'], 'DATABASE_URL: --reset does not delete'],
  [{ ORDERS_DATABASE_URL: 'postgresql://x' }, [], 'ORDERS_DATABASE_URL is set without'],
  [{ DOWNSTREAM_MACHINES_URL: 'http://x' }, [], 'DOWNSTREAM_MACHINES_TOKEN: must be set'],
  [{}, ['--rest'], '--rest is no option'],
])('%j with %j is refused', (env, args, message) => {
  expect(() => readSettings(env, args)).toThrow(message);
});

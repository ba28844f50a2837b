import { expect, test } from 'vitest';
import { withEnvironment } from './environment.ts';
import type { Program } from './forked.ts';

function program(name: string, env: NodeJS.ProcessEnv = {}): Program {
  return { name, file: `${name}.ts`, env };
}

const programs = {
  setUp: program('set-up', { DATABASE_URL: 'admin' }),
  standIns: [program('payments-sandbox')],
  subgraphs: [program('catalogue'), program('orders', { STRIPE_SECRET_KEY: 'sk_test_1' })],
  gateway: program('gateway', { PORT: '4000' }),
  catalogueImport: program('catalogue-import'),
  demoAccounts: program('demo-accounts'),
};

test('what is meant for one program reaches no other', () => {
  const outside = { LANG: 'C', DATABASE_URL: 'x', STRIPE_SECRET_KEY: 'sk_live_1', HOST: '0.0.0.0' };
  const { setUp, subgraphs } = withEnvironment(programs, outside, '/cache', {});
  const common = { LANG: 'C', NODE_COMPILE_CACHE: '/cache' };
  expect(setUp.env).toEqual({ ...common, DATABASE_URL: 'admin' });
  expect(subgraphs.map(({ env }) => env)).toEqual([
    common,
    { ...common, STRIPE_SECRET_KEY: 'sk_test_1' },
  ]);
});

test('who launches may change what one program is told', () => {
  const { gateway } = withEnvironment(programs, {}, '/cache', { gateway: { PORT: '1' } });
  expect(gateway.env).toMatchObject({ PORT: '1' });
});

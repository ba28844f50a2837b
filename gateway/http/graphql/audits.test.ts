import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startStack, type Stack } from '../../fixtures/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

const audits = serverAudits({ url: () => `${stack.url}/graphql`, fetchFn: fetch });

test('there are as many audits as ever', () => {
  expect(audits).toHaveLength(61);
});

test.each(audits.map(({ id, name, fn }) => [id, name, fn] as const))(
  '%s: a server %s',
  async (_id, _name, audit) => {
    expect(await audit()).toMatchObject({ status: 'ok' }); // no notice, no warning
  },
);

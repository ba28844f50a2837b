import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ask, codesOf } from '../fixtures/ask.ts';
import { closingOf } from '../fixtures/socket.ts';
import { startStack, type Stack } from '../fixtures/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
  await vi.waitFor(async () => {
    expect(await ready()).toBe(200);
  });
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

const ready = async ({ url } = stack) => (await fetch(`${url}/health/ready`)).status;
const asAda = async (token: string, { url } = stack) => {
  const answer = await ask(url, '{ caller }', { token });
  return answer.status === 200 ? answer.status : codesOf(answer).join();
};

let people = 0;
/** Somebody new, with a token that the gateway knows already. */
async function signIn() {
  const subject = `usr_${people++}`;
  const sessionId = `ses_of_${subject}`;
  const sign = async (issuedAt: Date) =>
    await stack.sign('', { sub: subject, sid: sessionId, iat_ms: issuedAt.getTime() });
  const token = await sign(new Date());
  expect(await asAda(token)).toBe(200);
  return { subject, sessionId, token, sign };
}

const later = () => new Date(Date.now() + 1_000);

test('a token of a session that ended is refused at once, others of its owner are not', async () => {
  const { subject, sessionId, token, sign } = await signIn();
  const other = await stack.sign('', { sub: subject, sid: 'ses_other' });
  stack.identity.revoke({ sessionId });
  await expect.poll(() => asAda(token)).toBe('UNAUTHENTICATED');
  expect(await asAda(await sign(new Date(0)))).toBe('UNAUTHENTICATED');
  expect(await asAda(other)).toBe(200);
});

test("a subject's tokens are refused if they were issued before, and a new one is good", async () => {
  const { subject, token, sign } = await signIn();
  const before = new Date();
  stack.identity.revoke({ subject, before });
  await expect.poll(() => asAda(token)).toBe('UNAUTHENTICATED');
  expect(await asAda(await sign(before))).toBe('UNAUTHENTICATED');
  expect(await asAda(await sign(new Date(before.getTime() + 1)))).toBe(200);
});

test('a token that says only the second in which it was issued is refused with its second', async () => {
  const { subject, sign } = await signIn();
  const second = Math.floor(Date.now() / 1000);
  const token = await stack.sign('', { sub: subject, iat: second });
  stack.identity.revoke({ subject, before: new Date(second * 1000 + 1) });
  await expect.poll(() => asAda(token)).toBe('UNAUTHENTICATED');
  expect(await asAda(await sign(later()))).toBe(200);
});

test('an older revocation takes nothing from a newer one', async () => {
  const { subject, token } = await signIn();
  const { sessionId } = await signIn();
  stack.identity.revoke({ subject });
  stack.identity.revoke({ subject, before: new Date(1) });
  stack.identity.revoke({ sessionId });
  await expect.poll(() => asAda(token)).toBe('UNAUTHENTICATED');
  expect(await asAda(token)).toBe('UNAUTHENTICATED');
});

test('with a revoked token a socket is closed so that its client comes back with a new one', async () => {
  const { sessionId, token } = await signIn();
  stack.identity.revoke({ sessionId });
  await expect.poll(() => asAda(token)).toBe('UNAUTHENTICATED');
  const closing = await closingOf(stack.url, { payload: { Authorization: `Bearer ${token}` } });
  expect(closing).toBe(4403);
});

test('what was revoked while identity was away is known as soon as it is back', async () => {
  const { sessionId, token } = await signIn();
  const { token: kept } = await signIn();
  await stack.stop('identity');
  stack.identity.revoke({ sessionId });
  expect(await asAda(token)).toBe(200);
  await stack.start('identity');
  await expect.poll(() => asAda(token), { timeout: 10_000 }).toBe('UNAUTHENTICATED');
  expect(await asAda(kept)).toBe(200);
});

test('a gateway that begins learns what was revoked before, and is ready then', async () => {
  await using begun = await startStack({ isIdentityAway: true });
  expect(await ready(begun)).toBe(503);
  expect((await ask(begun.url, '{ caller }')).status).toBe(200);
  const token = await begun.sign('', { sid: 'ses_1' });
  begun.identity.revoke({ sessionId: 'ses_1' });
  await begun.start('identity');
  await expect.poll(() => ready(begun), { timeout: 10_000 }).toBe(200);
  expect(await asAda(token, begun)).toBe('UNAUTHENTICATED');
});

test('identity is followed by one stream, and no more when the gateway ends', async () => {
  const begun = await startStack();
  await expect.poll(() => begun.identity.followers).toBe(1);
  await begun[Symbol.asyncDispose]();
  await expect.poll(() => begun.identity.followers).toBe(0);
});

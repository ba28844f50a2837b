import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CircuitBreaker } from './circuit-breaker.ts';

const failuresMax = 3;
const restMs = 1_000;

/** Calls with their outcomes, at intervals; many come too soon for a breaker that is open. */
const calls = fc.array(fc.record({ afterMs: fc.nat({ max: restMs }), fails: fc.boolean() }), {
  maxLength: 100,
});

/** What became of each call, and when. */
function run(script: readonly { readonly afterMs: number; readonly fails: boolean }[]) {
  let time = 0;
  const breaker = new CircuitBreaker({ failuresMax, restMs, now: () => time });
  return script.map(({ afterMs, fails }) => {
    time += afterMs;
    const wasOpen = breaker.isOpen;
    const isAdmitted = breaker.admit();
    const turned = isAdmitted && (fails ? breaker.failed() : breaker.succeeded());
    return { time, fails, wasOpen, isAdmitted, turned, isOpen: breaker.isOpen };
  });
}

test('it is open exactly after so many failures in a row', () => {
  fc.assert(
    fc.property(calls, (script) => {
      let failures = 0;
      for (const call of run(script)) {
        if (call.isAdmitted) failures = call.fails ? failures + 1 : 0;
        expect(call.isOpen).toBe(failures >= failuresMax);
        expect(call.turned).toBe(call.isOpen !== call.wasOpen);
      }
    }),
  );
});

test('closed, it lets everybody through; open, one after each rest', () => {
  fc.assert(
    fc.property(calls, (script) => {
      let lastAt = 0;
      for (const { time, wasOpen, isAdmitted } of run(script)) {
        expect(isAdmitted).toBe(!wasOpen || time - lastAt >= restMs);
        if (isAdmitted) lastAt = time;
      }
    }),
  );
});

test('a call that hangs does not keep the next from being let through', () => {
  let time = 0;
  const breaker = new CircuitBreaker({ failuresMax: 1, restMs, now: () => time });
  expect(breaker.failed()).toBe(true);
  time += restMs;
  expect([breaker.admit(), breaker.admit()]).toEqual([true, false]);
  time += restMs;
  expect(breaker.admit()).toBe(true);
  expect(breaker.succeeded()).toBe(true);
  expect(breaker.isOpen).toBe(false);
});

test('failures of calls that began before it opened do not lengthen the rest', () => {
  let time = 0;
  const breaker = new CircuitBreaker({ failuresMax: 1, restMs, now: () => time });
  breaker.failed();
  time += restMs - 1;
  expect(breaker.failed()).toBe(false);
  time += 1;
  expect(breaker.admit()).toBe(true);
});

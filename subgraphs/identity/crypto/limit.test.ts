import { Unavailable } from '#errors';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createLimit } from './limit.ts';

test('works run two at a time, in the order in which they came', async () => {
  const limited = createLimit('works', 2, 10);
  const started: number[] = [];
  let running = 0;
  let most = 0;
  await Promise.all(
    [0, 1, 2, 3, 4, 5].map((n) =>
      limited(async () => {
        started.push(n);
        most = Math.max(most, ++running);
        await setImmediate();
        running--;
      }),
    ),
  );
  expect(started).toEqual([0, 1, 2, 3, 4, 5]);
  expect(most).toBe(2);
});

test('who would be one too many in the queue is refused, and a failure frees its place', async () => {
  const limited = createLimit('works', 1, 1);
  const failing = limited(() => Promise.reject(new Error('broken')));
  const waiting = limited(() => Promise.resolve('done'));
  await expect(limited(() => Promise.resolve())).rejects.toThrow(Unavailable);
  await expect(failing).rejects.toThrow('broken');
  expect(await waiting).toBe('done');
  expect(await limited(() => Promise.resolve('again'))).toBe('again');
});

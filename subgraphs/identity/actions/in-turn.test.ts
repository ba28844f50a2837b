import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createTurns } from './in-turn.ts';

test('works of one key follow each other, those of another do not wait', async () => {
  const inTurn = createTurns();
  const log: string[] = [];
  const work = async (name: string) => {
    log.push(`${name} begins`);
    await setImmediate();
    log.push(`${name} ends`);
  };
  await Promise.all([
    inTurn('ada', () => work('first')),
    inTurn('ada', () => work('second')),
    inTurn('eve', () => work('other')),
  ]);
  expect(log.filter((line) => !line.startsWith('other'))).toEqual([
    'first begins',
    'first ends',
    'second begins',
    'second ends',
  ]);
  expect(log.indexOf('other begins')).toBeLessThan(log.indexOf('first ends'));
});

test('one that fails does not stop the next', async () => {
  const inTurn = createTurns();
  const failing = inTurn('ada', () => Promise.reject(new Error('broken')));
  const next = inTurn('ada', () => Promise.resolve('done'));
  await expect(failing).rejects.toThrow('broken');
  expect(await next).toBe('done');
});

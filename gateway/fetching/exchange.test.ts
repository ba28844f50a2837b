import { Pool } from 'undici';
import { expect, test, vi } from 'vitest';
import { fine, fineText, startScriptedSubgraph } from '../fixtures/scripted-subgraph.ts';
import { exchange } from './exchange.ts';

test('what waited too long for a connection is never sent, and costs none', async () => {
  await using subgraph = await startScriptedSubgraph();
  const { origin, pathname: path } = new URL(subgraph.url);
  const pool = new Pool(origin, { connections: 1 });
  const ask = (body: string, timeoutMs: number) =>
    exchange(pool, { path, headers: [], body, timeoutMs });

  let release = (): void => undefined;
  subgraph.replies.push((response) => {
    release = () => {
      fine(response);
    };
  });
  const first = ask('first', 60_000);
  await vi.waitUntil(() => subgraph.seen.length === 1);
  await expect(ask('second', 1)).rejects.toThrow('it did not answer in 1 ms');
  const third = ask('third', 60_000);
  release();
  expect([await first, await third]).toEqual([fineText, fineText]);
  expect(subgraph.seen.map(({ body }) => body)).toEqual(['first', 'third']);
  expect(subgraph.connections()).toBe(1);
  await pool.destroy();
});

test('what is not answered in time gives its connection up', async () => {
  await using subgraph = await startScriptedSubgraph();
  const { origin, pathname: path } = new URL(subgraph.url);
  const pool = new Pool(origin, { connections: 1 });
  const closed = new Promise((resolve) => {
    subgraph.replies.push((response) => response.once('close', resolve));
  });
  await expect(
    exchange(pool, { path, headers: [], body: 'hello', timeoutMs: 100 }),
  ).rejects.toThrow('it did not answer in 100 ms');
  await closed;
  await pool.destroy();
});

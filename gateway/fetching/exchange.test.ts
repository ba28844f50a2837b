import { expect, test, vi } from 'vitest';
import { fine, fineText, startScriptedSubgraph } from '../fixtures/scripted-subgraph.ts';
import { exchange } from './exchange.ts';
import { Connections } from './http/connections.ts';
import { postTo } from './http/request.ts';

function open(address: string) {
  const origin = new URL(address);
  const connections = new Connections({
    origin,
    connectionsMax: 1,
    connectTimeoutMs: 2_000,
    bytesMax: 1_000,
  });
  const start = postTo(origin.host, origin.pathname);
  return {
    ask: (body: string, timeoutMs: number) =>
      exchange(connections, { start, headers: [], body, timeoutMs }),
    [Symbol.dispose]: () => {
      connections.dispose();
    },
  };
}

test('what waited too long for a connection is never sent, and costs none', async () => {
  await using subgraph = await startScriptedSubgraph();
  using opened = open(subgraph.url);
  const { ask } = opened;

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
});

test('what is not answered in time gives its connection up', async () => {
  await using subgraph = await startScriptedSubgraph();
  using opened = open(subgraph.url);
  const closed = new Promise((resolve) => {
    subgraph.replies.push((response) => response.once('close', resolve));
  });
  await expect(opened.ask('hello', 100)).rejects.toThrow('it did not answer in 100 ms');
  await closed;
});

import fc from 'fast-check';
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { NoAnswer } from '../no-answer.ts';
import { openAsking, type Asking } from './fixtures/ask.ts';
import { startRawServer, withLength } from './fixtures/raw-server.ts';

const head = 'HTTP/1.1 200 OK\r\n';

/** What a server may do with a request for `text`. */
const ways: Record<string, (socket: Socket, text: string) => unknown> = {
  answers: (socket, text) => socket.write(withLength(text)),
  'answers later': (socket, text) => setTimeout(() => socket.write(withLength(text)), 5),
  'answers too late': (socket, text) => setTimeout(() => socket.write(withLength(text)), 60),
  'answers in chunks': (socket, text) => {
    socket.write(`${head}transfer-encoding: chunked\r\n\r\n${text.length.toString(16)}`);
    setImmediate(() => socket.write(`\r\n${text}\r\n`, () => socket.write('0\r\n\r\n')));
  },
  'answers with its end': (socket, text) => socket.end(`${head}\r\n${text}`),
  'answers and closes': (socket, text) => socket.end(withLength(text)),
  'answers and breaks': (socket, text) =>
    socket.write(withLength(text), () => socket.resetAndDestroy()),
  'answers twice': (socket, text) => socket.write(withLength(text) + withLength('twice')),
  'answers the half': (socket, text) =>
    socket.end(`${head}content-length: ${text.length + 1}\r\n\r\n${text}`),
  'answers in two ways': (socket, text) =>
    socket.write(`${head}content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n${text}`),
  breaks: (socket) => socket.resetAndDestroy(),
  hangs: () => undefined,
};

test('whatever happens, who asks gets the own answer in time, or none', async () => {
  const script = fc.array(
    fc.record({
      way: fc.constantFrom(...Object.keys(ways)),
      pauseMs: fc.constantFrom(0, 0, 0, 1, 10),
    }),
    { minLength: 20, maxLength: 60 },
  );
  await fc.assert(
    fc.asyncProperty(script, async (requests) => {
      await using server = await startRawServer((socket, text) => {
        const [, way = ''] = /way: (.*)\r\n/.exec(text) ?? [];
        ways[way]?.(socket, text.slice(text.indexOf('\r\n\r\n') + 4));
      });
      using asking = openAsking(server.url, { connectionsMax: 5, idleMs: 10 });
      const outcomes: Promise<void>[] = [];
      for (const [n, { way, pauseMs }] of requests.entries()) {
        outcomes.push(askFor(asking, way, `answer ${n}`));
        if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
      await Promise.all(outcomes);
    }),
    { numRuns: 20 },
  );
});

async function askFor(asking: Asking, way: string, text: string): Promise<void> {
  try {
    expect(await asking.ask(text, { headers: ['way', way], timeoutMs: 50 })).toBe(text);
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    expect(error.message).toMatch(/^(?:it hung up|it did not answer in 50 ms|it was not reached)$/);
  }
}

import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

const contentType = 'multipart/mixed; boundary="-"; deferSpec=20220824';

/**
 * Sends JSON texts, each as a part of its own as soon as it is there: the way that Apollo's clients take
 * what `@defer` puts off. Once the client has left, no more is asked for.
 * @throws what `later` throws, and leaves the response open.
 */
export async function sendParts(
  response: ServerResponse,
  headers: readonly string[],
  first: string,
  later: AsyncIterable<string>,
): Promise<void> {
  const left = Promise.withResolvers<undefined>();
  const leave = () => {
    left.resolve(undefined);
  };
  if (response.destroyed) leave();
  else response.once('close', leave);
  const payloads = later[Symbol.asyncIterator]();
  response.writeHead(200, [...headers, 'content-type', contentType]).write('\r\n---');
  let next: IteratorResult<string, unknown> = { value: first };
  while (next.done !== true) {
    // Up to the next boundary, or the client would wait for it to know that it has all.
    const part = `\r\ncontent-type: application/json\r\n\r\n${next.value}\r\n---`;
    if (!response.write(part)) await Promise.race([once(response, 'drain'), left.promise]);
    // A generator that was never asked would not hear that nobody wants it.
    const coming = await Promise.race([payloads.next(), left.promise]);
    if (coming === undefined) {
      await payloads.return?.();
      return;
    }
    next = coming;
  }
  response.end('--\r\n');
}

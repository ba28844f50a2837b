import type { IncomingMessage } from 'node:http';

/** How much one request may bring. */
export const bodyBytesMax = 10 * 1024 * 1024;

/**
 * The whole body, or undefined when it is too large: the rest of it is read and forgotten, or who still
 * sends would not hear the answer. It never settles when the client leaves first.
 */
export function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= bodyBytesMax) chunks.push(chunk);
      else {
        chunks.length = 0;
        resolve(undefined);
      }
    });
    request.on('end', () => {
      const [first] = chunks;
      resolve(first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks));
    });
  });
}

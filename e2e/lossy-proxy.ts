import { once } from 'node:events';
import { createServer, request, type IncomingMessage } from 'node:http';

export interface LossyProxy extends AsyncDisposable {
  /** Callers get this address in place of the target's. */
  readonly url: string;
  /** How many answers were lost so far. */
  readonly lost: () => number;
}

/**
 * Passes requests on, and loses the answers that `loses` picks: the target has done what was asked, and
 * its caller never hears of it.
 */
export async function lossyProxy(
  target: string,
  loses: (request: IncomingMessage, nth: number) => boolean,
): Promise<LossyProxy> {
  let picked = 0;
  let lost = 0;
  const server = createServer((incoming, outgoing) => {
    const loseIt = loses(incoming, picked + 1);
    if (loseIt) picked++;
    const { method, headers } = incoming;
    const onward = request(new URL(incoming.url ?? '/', target), { method, headers }, (answer) => {
      if (loseIt) {
        answer.resume();
        answer.once('end', () => {
          lost++;
          incoming.socket.destroy();
        });
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.once('error', () => incoming.socket.destroy());
    incoming.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    lost: () => lost,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

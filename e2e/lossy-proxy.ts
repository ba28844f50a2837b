import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

export interface LossyProxy extends AsyncDisposable {
  /** Callers get this address in place of the target's. */
  readonly url: string;
  /** How many answers were lost so far. */
  readonly lost: () => number;
}

/** What is asked of the target. */
export interface Asked {
  readonly method: string;
  readonly body: string;
  /** Counts those whose answers were lost, and this one. */
  readonly nth: number;
}

/**
 * Passes requests on, and loses the answers that `loses` picks: the target has done what was asked, and
 * its caller never hears of it.
 */
export async function lossyProxy(
  target: string,
  loses: (asked: Asked) => boolean,
): Promise<LossyProxy> {
  let picked = 0;
  let lost = 0;
  const pass = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await buffer(incoming);
    const { method = 'GET', headers } = incoming;
    const loseIt = loses({ method, body: body.toString(), nth: picked + 1 });
    if (loseIt) picked++;
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
    onward.end(body);
  };
  const server = createServer((incoming, outgoing) => void pass(incoming, outgoing));
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

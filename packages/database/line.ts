import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** The way to a PostgreSQL server, which can be made to break. For tests. */
export interface Line extends AsyncDisposable {
  /** The same address, over this line. */
  readonly through: (url: string) => string;
  /**
   * Waits for a message that is told from the others by its text. The server does what it asks, its
   * answer is lost, and every connection breaks with it; then this resolves.
   */
  loseAnswer(isIt: (message: string) => boolean): Promise<void>;
}

export async function openLine(serverUrl: string): Promise<Line> {
  const { hostname, port } = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let awaited: { isIt: (message: string) => boolean; isLost: () => void } | undefined;

  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    let losing: typeof awaited;
    near.on('data', (message) => {
      if (awaited?.isIt(message.toString('latin1')) === true) {
        losing = awaited;
        awaited = undefined;
      }
      far.write(message);
    });
    far.on('data', (answer) => {
      if (losing === undefined) {
        near.write(answer);
        return;
      }
      for (const socket of sockets) socket.destroy();
      losing.isLost();
    });
    join(near, far);
    join(far, near);
  });
  function join(socket: Socket, other: Socket): void {
    sockets.add(socket);
    socket.setNoDelay();
    socket.on('error', () => undefined); // followed by 'close'
    socket.once('close', () => {
      sockets.delete(socket);
      other.destroy();
    });
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP port');

  return {
    through: (url) => Object.assign(new URL(url), { host: `127.0.0.1:${address.port}` }).href,
    loseAnswer: (isIt) =>
      new Promise((isLost) => {
        awaited = { isIt, isLost };
      }),
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

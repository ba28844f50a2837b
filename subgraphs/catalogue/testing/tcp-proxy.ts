import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Stands before a server, to be taken away and put back. */
export interface TcpProxy extends AsyncDisposable {
  readonly url: string;
  /** Breaks all connections, and takes no more. */
  cut(): Promise<void>;
  /** Takes connections, and lets nothing through. */
  hang(): void;
  mend(): Promise<void>;
}

export async function openTcpProxy(target: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let isHanging = false;
  const server = createServer((near) => {
    keep(near);
    if (isHanging) return;
    const far = keep(connect(Number(port), hostname));
    near.pipe(far).pipe(near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const own = (server.address() as AddressInfo).port;

  function keep(socket: Socket): Socket {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
    });
    return socket;
  }
  function breakAll(): void {
    for (const socket of sockets) socket.destroy();
  }
  async function cut(): Promise<void> {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    breakAll();
    await closed;
  }

  return {
    url: `http://127.0.0.1:${own}`,
    cut,
    hang: () => {
      isHanging = true;
      breakAll();
    },
    mend: async () => {
      isHanging = false;
      breakAll();
      if (server.listening) return;
      server.listen(own, '127.0.0.1');
      await once(server, 'listening');
    },
    [Symbol.asyncDispose]: cut,
  };
}

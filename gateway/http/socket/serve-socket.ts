import { handleProtocols } from 'graphql-ws';
import type { Server } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import { authorizationOfUpgrade } from '../../authority/authorization.ts';
import type { Revocations } from '../../authority/revocations.ts';
import type { Quota } from '../../subscriptions/quota.ts';
import { languagesOf } from '../languages.ts';
import { revoked } from './closing.ts';
import { Connection, type ConnectionOptions } from './connection.ts';

export interface GraphSocketOptions extends ConnectionOptions {
  readonly server: Server;
  /** How many connections that go on one address may have. */
  readonly addresses: Quota;
  /** Which of the tokens that were accepted are worth nothing any more. */
  readonly revocations?: Revocations | undefined;
}

const payloadBytesMax = 1024 * 1024;
const pingEveryMs = 12_000;
const drainMs = 2_000;

/**
 * `/graphql` by graphql-transport-ws, until disposed: then every socket is closed so that its client comes back,
 * to whoever serves here next.
 */
export function serveGraphSocket(options: GraphSocketOptions): AsyncDisposable {
  const { server, addresses, revocations } = options;
  const sockets = new WebSocketServer({
    server,
    path: '/graphql',
    perMessageDeflate: false,
    maxPayload: payloadBytesMax,
    handleProtocols,
  });
  const silent = new WeakSet<WebSocket>();
  const connections = new Set<Connection>();
  sockets.on('connection', (socket, request) => {
    if (socket.protocol === '') {
      socket.close(4406, 'Subprotocol not acceptable');
      return;
    }
    const giveBack = addresses.take(request.socket.remoteAddress ?? '');
    if (!giveBack) {
      socket.close(1013, 'Too many connections from one address');
      return;
    }
    const { headers } = request;
    const upgrade = {
      authorization: authorizationOfUpgrade(headers),
      languages: languagesOf(headers),
    };
    const connection = new Connection(socket, upgrade, options);
    connections.add(connection);
    socket.once('close', () => {
      connections.delete(connection);
      giveBack();
    });
    socket.on('pong', () => silent.delete(socket));
  });
  const unsubscribe = revocations?.onRevoked(() => {
    for (const connection of connections) {
      if (connection.access && revocations.isRevoked(connection.access)) connection.close(revoked);
    }
  });

  // Nothing else tells a client that is gone from one that is silent.
  const pings = setInterval(() => {
    for (const socket of sockets.clients) {
      if (silent.has(socket)) socket.terminate();
      else {
        silent.add(socket);
        socket.ping();
      }
    }
  }, pingEveryMs);

  return {
    [Symbol.asyncDispose]: async () => {
      clearInterval(pings);
      unsubscribe?.();
      for (const socket of sockets.clients) socket.close(1012, 'Service restart');
      const timer = setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate();
      }, drainMs);
      await new Promise<void>((resolve) => {
        sockets.close(() => {
          resolve();
        });
      });
      clearTimeout(timer);
    },
  };
}

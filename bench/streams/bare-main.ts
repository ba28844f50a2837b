// The least that a fan-out on `ws` has to do: passes on the subgraph's messages, whose bytes it does not look into.
// Given `apart`, it follows one stream for each client and puts the client's id in place of its own.
import { handleProtocols, MessageType } from 'graphql-ws';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';

const [subgraphUrl = '', kind] = process.argv.slice(2);
const options = { perMessageDeflate: false };

const subgraph = new WebSocket(subgraphUrl.replace(/^http/, 'ws'), 'graphql-transport-ws', options);
await once(subgraph, 'open');
subgraph.send(JSON.stringify({ type: MessageType.ConnectionInit }));
await once(subgraph, 'message'); // it is welcome

const server = new WebSocketServer({ ...options, host: '127.0.0.1', port: 0, handleProtocols });
const watch = kind === 'apart' ? watchApart() : watchTogether();
server.on('connection', (socket) => {
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as { readonly type: MessageType };
    if (message.type === MessageType.ConnectionInit) {
      socket.send(JSON.stringify({ type: MessageType.ConnectionAck }));
    } else if (message.type === MessageType.Subscribe) watch(socket, message);
  });
});
await once(server, 'listening');
console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`);

/** All clients ask alike, with one id, which is the subgraph's stream's too. */
function watchTogether(): (socket: WebSocket, message: object) => void {
  const watching: WebSocket[] = [];
  let last: Buffer | undefined;
  subgraph.on('message', (data: Buffer) => {
    last = data;
    for (const socket of watching) socket.send(data, { binary: false });
  });
  return (socket, message) => {
    if (watching.length === 0) subgraph.send(JSON.stringify(message));
    if (last) socket.send(last, { binary: false });
    watching.push(socket);
    socket.on('close', () => watching.splice(watching.indexOf(socket), 1));
  };
}

function watchApart(): (socket: WebSocket, message: object) => void {
  const watching: { readonly socket: WebSocket; readonly id: string }[] = [];
  const begin = '{"id":"';
  subgraph.on('message', (data: Buffer) => {
    const end = data.indexOf('"', begin.length);
    const to = watching[Number(data.toString('latin1', begin.length, end))];
    to?.socket.send(`${begin}${to.id}${data.toString('utf8', end)}`);
  });
  return (socket, message) => {
    const { id } = message as { id: string };
    subgraph.send(JSON.stringify({ ...message, id: String(watching.length) }));
    watching.push({ socket, id });
  };
}

import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { assignPorts, demandPort } from './ports.ts';

async function occupy(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

test('a port in use is named, with what helps', async () => {
  const port = await occupy();
  await expect(demandPort('127.0.0.1', port)).rejects.toThrow(
    `Port ${port} is in use. Stop what listens there, or choose another: PORT=4000 npm start`,
  );
});

test('an address that is not of this machine is refused', async () => {
  await expect(demandPort('192.0.2.1', 0)).rejects.toThrow('HOST: nothing can listen on 192.0.2.1');
});

test('a name keeps its port, unless somebody else has taken it', async () => {
  const first = await assignPorts(['catalogue', 'orders'], {});
  const again = await assignPorts(['catalogue', 'orders'], Object.fromEntries(first));
  expect(again).toEqual(first);

  const taken = await occupy();
  const ports = await assignPorts(['catalogue', 'orders'], { catalogue: taken, orders: taken });
  expect(ports.get('catalogue')).not.toBe(taken);
  expect(new Set(ports.values()).size).toBe(2);
});

test('two names never get the same port', async () => {
  const { catalogue = 0 } = Object.fromEntries(await assignPorts(['catalogue'], {}));
  const ports = await assignPorts(['catalogue', 'orders'], { catalogue, orders: catalogue });
  expect(ports.get('catalogue')).toBe(catalogue);
  expect(ports.get('orders')).not.toBe(catalogue);
});

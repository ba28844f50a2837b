import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startFileHost, type FileHost } from '../testing/import-stage.ts';
import { isPublicAddress } from './addresses.ts';
import { createUrlSource, type Resolve, type UrlSourceOptions } from './open-url.ts';
import { UnreadableSource } from './rows.ts';

let host: FileHost;
beforeAll(async () => {
  host = await startFileHost();
});
afterAll(async () => {
  await host[Symbol.asyncDispose]();
});

test.each([
  ...['127.0.0.1', '10.1.2.3', '172.31.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1'],
  ...['0.0.0.0', '224.0.0.1', '255.255.255.255', '::1', '::', '::ffff:10.0.0.1', 'fe80::1'],
  ...['fd00::1', 'ff02::1', '64:ff9b::a00:1', '2002:a00:1::', '2001:db8::1', 'no address'],
])('%s is no public address', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each(['8.8.8.8', '172.32.0.1', '2606:4700::1111'])('%s is a public address', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

describe('a host on the list', () => {
  const named = () => host.name.replace('127.0.0.1', 'files.example');
  const leadsTo =
    (...addresses: readonly string[]): Resolve =>
    (_name, callback) => {
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    };

  test.each([
    [['127.0.0.1']],
    [['93.184.215.14', '10.0.0.1']], // one that is public doesn't vouch for the others
    [['::ffff:127.0.0.1']],
  ])('is not asked where its name leads to %j', async (addresses) => {
    await expect(
      read({ hosts: [named()], resolve: leadsTo(...addresses) }, named()),
    ).rejects.toThrow('not a public one');
  });

  test('is not asked at an address that is not public, however it is written', async () => {
    const port = host.name.split(':')[1] ?? '';
    for (const literal of ['127.0.0.1', '[::1]', '2130706433', '0x7f.1']) {
      const written = `${literal}:${port}`;
      const hosts = [host.name, `[::1]:${port}`];
      await expect(read({ hosts }, written)).rejects.toThrow('not a public one');
    }
  });

  test('is connected to at the address that was checked, though its name leads elsewhere by then', async () => {
    host.files.set('/', 'safe');
    let asked = 0;
    const resolve: Resolve = (name, callback) => {
      asked += 1;
      leadsTo(asked === 1 ? '127.0.0.1' : '127.0.0.2')(name, callback);
    };
    const checked: string[] = [];
    const mayConnect = (address: string) => {
      checked.push(address);
      return address === '127.0.0.1';
    };
    const options = { hosts: [named()], resolve, mayConnect };
    expect(await read(options, named())).toBe('safe');
    expect([asked, checked]).toEqual([1, ['127.0.0.1']]);
    await using source = createUrlSource({ ...limits, ...options });
    asked = 1;
    await expect(textOf(source(`http://${named()}/`, never))).rejects.toThrow('not a public one');
  });

  test('is read no further than its limits, and follows no redirect', async () => {
    const open = { hosts: [host.name], mayConnect: () => true };
    host.files.set('/', 'x'.repeat(2_000));
    await expect(read({ ...open, bytesMax: 1_000 }, host.name)).rejects.toMatchObject({
      problem: { code: 'SOURCE_TOO_LARGE' },
    });
    host.files.set('/', (_request, response) => {
      response.write('x'); // and never ends
    });
    await expect(read({ ...open, timeoutMs: 100 }, host.name)).rejects.toMatchObject({
      problem: { code: 'SOURCE_TOO_SLOW' },
    });
    host.files.set('/', (_request, response) => {
      response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
    });
    await expect(read(open, host.name)).rejects.toThrow('status 302');
    host.files.set('/', (_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('x');
    });
    await expect(read(open, host.name)).rejects.toThrow('compressed');
  });

  test('that is gone fails the reading, and one that is not on the list is not asked', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    server.close();
    await once(server, 'close');
    const gone = `127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
    const failed = read({ hosts: [gone], mayConnect: () => true }, gone);
    await expect(failed).rejects.toMatchObject({ problem: { code: 'SOURCE_UNAVAILABLE' } });
    await expect(read({ hosts: [] }, host.name)).rejects.toThrow(UnreadableSource);
  });
});

const never = new AbortController().signal;
const limits = { bytesMax: 1_000_000, timeoutMs: 10_000 };

async function read(options: Partial<UrlSourceOptions>, hostName: string): Promise<string> {
  await using source = createUrlSource({ ...limits, hosts: [], ...options });
  return await textOf(source(`http://${hostName}/`, never));
}

async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  return Buffer.concat(await Array.fromAsync(bytes)).toString();
}

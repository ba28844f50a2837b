import { once } from 'node:events';
import { createServer } from 'node:net';
import { CannotStart, codeOf } from './cannot-start.ts';

// Below what systems give to outgoing connections (RFC 6335 §6; Linux begins at 32768): otherwise one of
// those may take the port of a process while it restarts.
const first = 20_000;
const last = 32_000;
const attemptsMax = 100;

/** A free port on loopback: the one from before, if it still is. */
export async function freePort(before?: number): Promise<number> {
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const random = first + Math.floor(Math.random() * (last - first));
    const port = attempt === 0 ? (before ?? random) : random;
    if ((await tryListening('127.0.0.1', port)) === undefined) return port;
  }
  throw new CannotStart(
    `No free port found from ${first} to ${last} on 127.0.0.1; close something`,
  );
}

/** Free ports, all different; each name keeps what it had before, if that is free. */
export async function assignPorts(
  names: readonly string[],
  before: Readonly<Record<string, number>>,
): Promise<Map<string, number>> {
  const assigned = new Map<string, number>();
  for (const name of names) {
    const taken = new Set(assigned.values());
    let port = await freePort(before[name]);
    while (taken.has(port)) port = await freePort();
    assigned.set(name, port);
  }
  return assigned;
}

/** Nobody else listens there, and we may. Refuses with the remedy. */
export async function demandPort(host: string, port: number): Promise<void> {
  const code = await tryListening(host, port);
  if (code === undefined) return;
  const another = `choose another: PORT=${port === 4000 ? 4100 : 4000} npm start`;
  if (code === 'EADDRINUSE') {
    throw new CannotStart(`Port ${port} is in use. Stop what listens there, or ${another}`);
  }
  if (code === 'EACCES') throw new CannotStart(`Port ${port} needs more rights; ${another}`);
  throw new CannotStart(`HOST: nothing can listen on ${host} (${code}); try 127.0.0.1`);
}

/** The code of the failure, if any. */
async function tryListening(host: string, port: number): Promise<string | undefined> {
  const probe = createServer();
  try {
    probe.listen(port, host);
    await once(probe, 'listening');
    return undefined;
  } catch (error) {
    return codeOf(error);
  } finally {
    probe.close();
  }
}

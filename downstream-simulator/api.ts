import { readBody, sendJson, type Route } from '#service';
import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { MachineStore } from './machine-store.ts';
import { endOfWork, isRefused, viewOf, type Machine } from './machine.ts';
import { isSameOrder, readOrder } from './read-order.ts';
import { SimulatorError } from './simulator-error.ts';

export interface MachinesApiOptions {
  readonly machines: MachineStore;
  /** What callers show as their bearer token. */
  readonly token: string;
  readonly workMs: number;
  readonly clock: () => Date;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const bodyBytesMax = 64 * 1024;
const pageSize = 100;
const machinePath = /^\/v1\/machines\/([\w-]{1,128})$/;

/**
 * The machines API, with the manners of the Open Service Broker: the caller chooses the id, asking again
 * is safe, 202 means that the work goes on, and `lastOperation` tells how it goes. An id is used once: a
 * deleted machine stays deleted.
 */
export function createMachinesApi({ machines, token, workMs, clock }: MachinesApiOptions): Route {
  return async (request, response, url) => {
    try {
      authenticate(request, token);
      const { status, body } = await answer(request, url);
      sendJson(response, status, body);
    } catch (error) {
      if (!(error instanceof SimulatorError)) throw error;
      const { status, code, message } = error;
      if (status === 401) response.setHeader('www-authenticate', 'Bearer');
      if (status === 413) response.setHeader('connection', 'close'); // the rest is not read
      sendJson(response, status, { code, message });
    }
    return true;
  };

  async function answer(request: IncomingMessage, url: URL): Promise<Answer> {
    const { method = 'GET' } = request;
    const id = machinePath.exec(url.pathname)?.[1];
    if (id !== undefined) {
      if (method === 'GET') return { status: 200, body: viewOf(known(id), clock()) };
      if (method === 'PUT') return create(id, await readBody(request, bodyBytesMax));
      if (method === 'DELETE') return remove(id);
    } else if (url.pathname === '/v1/machines') {
      if (method === 'GET') return list(url.searchParams.get('after'));
    } else {
      throw new SimulatorError(404, 'NOT_FOUND', `Nothing is served at ${url.pathname}.`);
    }
    throw new SimulatorError(405, 'METHOD_NOT_ALLOWED', `${url.pathname} takes no ${method}.`);
  }

  function create(id: string, body: Buffer | null): Answer {
    if (body === null) {
      throw new SimulatorError(413, 'TOO_LARGE', `The body has more than ${bodyBytesMax} bytes.`);
    }
    const order = readOrder(body);
    const found = machines.find(id);
    if (found !== undefined) {
      if (isSameOrder(found.order, order)) return progress(found);
      throw new SimulatorError(409, 'CONFLICT', `${id} was ordered before, and otherwise.`);
    }
    if (isRefused(order)) {
      throw new SimulatorError(
        422,
        'HOSTNAME_REFUSED',
        `No machine may be called ${order.hostname}.`,
      );
    }
    const createdAt = clock();
    const creationEndsAt = endOfWork(id, workMs, createdAt);
    return progress(machines.add({ id, order, createdAt, creationEndsAt, deletion: null }));
  }

  function remove(id: string): Answer {
    const machine = known(id);
    if (machine.deletion !== null) return progress(machine);
    const requestedAt = clock();
    const deletion = { requestedAt, endsAt: endOfWork(id, workMs, requestedAt) };
    machines.saveDeletion(id, deletion);
    return progress({ ...machine, deletion });
  }

  function progress(machine: Machine): Answer {
    const view = viewOf(machine, clock());
    return { status: view.lastOperation.state === 'in progress' ? 202 : 200, body: view };
  }

  /** 100 at a time, oldest first; `next`, while there are more, is what to give as `after`. */
  function list(after: string | null): Answer {
    const page = machines.list(after === null ? 0 : known(after).number, pageSize + 1);
    const shown = page.slice(0, pageSize);
    const now = clock();
    const next = page.length > pageSize ? (shown.at(-1)?.id ?? null) : null;
    return { status: 200, body: { machines: shown.map((machine) => viewOf(machine, now)), next } };
  }

  function known(id: string): Machine {
    const machine = machines.find(id);
    if (machine === undefined)
      throw new SimulatorError(404, 'NOT_FOUND', `No machine has the id ${id}.`);
    return machine;
  }
}

function authenticate({ headers }: IncomingMessage, token: string): void {
  const shown = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
  // Hashes have one length, and comparing them takes one time, whatever was shown.
  const isRight = timingSafeEqual(hash('sha256', shown, 'buffer'), hash('sha256', token, 'buffer'));
  if (!isRight) {
    throw new SimulatorError(401, 'UNAUTHENTICATED', 'Send Authorization: Bearer and the token.');
  }
}

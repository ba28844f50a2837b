import { readBody, sendJson, serveHttp } from '#service';
import { setTimeout as sleep } from 'node:timers/promises';

interface Machine {
  readonly id: string;
  readonly order: { readonly type: string; readonly region: string; readonly hostname?: string };
  operation: { type: 'create' | 'delete'; state: 'in progress' | 'succeeded' | 'failed' };
}

/** A downstream system that speaks the machines API, and misbehaves as the hostname asks. */
export interface Machines extends AsyncDisposable {
  readonly url: string;
  /** Each call in its order, such as `PUT ins_…`. */
  readonly calls: readonly string[];
  find(id: string): Machine | undefined;
  /** Lets the one with this hostname end. */
  release(hostname: string): void;
}

export const machinesToken = 'let-me-in';

/**
 * `refuse…` is refused, `fail…` is accepted and then fails, the first call for `busy…` is answered with
 * 503, every call for `down…` is, the answer to the first for `lost…` never comes, `hold…` takes until it is
 * released.
 */
export async function startMachines(): Promise<Machines> {
  const machines = new Map<string, Machine>();
  const calls: string[] = [];
  const met = new Set<string>();
  const released = new Set<string>();
  const http = await serveHttp({
    host: '127.0.0.1',
    port: 0,
    logger: console,
    routes: [
      async (request, response, { pathname }) => {
        const id = pathname.replace('/v1/machines/', '');
        calls.push(`${request.method ?? ''} ${id}`);
        if (request.headers.authorization !== `Bearer ${machinesToken}`) {
          sendJson(response, 401, { code: 'UNAUTHENTICATED' });
          return true;
        }
        const found = machines.get(id);
        if (request.method === 'PUT') {
          const body = await readBody(request, 10_000);
          const order = JSON.parse(String(body)) as Machine['order'];
          const isFirst = !met.has(id);
          met.add(id);
          const isBusy = isFirst && order.hostname?.startsWith('busy') === true;
          if (isBusy || order.hostname?.startsWith('down') === true) {
            sendJson(response, 503, { code: 'BUSY' });
          } else if (order.hostname?.startsWith('refuse') === true) {
            sendJson(response, 422, { code: 'HOSTNAME_REFUSED' });
          } else {
            const made = found ?? {
              id,
              order,
              operation: { type: 'create', state: 'in progress' },
            };
            machines.set(id, made);
            if (isFirst && order.hostname?.startsWith('lost') === true) request.socket.destroy();
            else sendJson(response, 202, view(made));
          }
        } else if (found === undefined) {
          sendJson(response, 404, { code: 'NOT_FOUND' });
        } else if (request.method === 'DELETE') {
          found.operation = { type: 'delete', state: 'in progress' };
          sendJson(response, 202, view(found));
        } else {
          work(found);
          sendJson(response, 200, view(found));
        }
        return true;
      },
    ],
  });
  return {
    url: http.url,
    calls,
    find: (id) => machines.get(id),
    release: (hostname) => released.add(hostname),
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  };

  /** Whoever looks finds it further on. */
  function work({ operation, order: { hostname = '' } }: Machine): void {
    if (hostname.startsWith('hold') && !released.has(hostname)) return;
    const fails = operation.type === 'create' && hostname.startsWith('fail');
    operation.state = fails ? 'failed' : 'succeeded';
  }
}

function view({ id, order, operation }: Machine) {
  return { id, ...order, address: '192.0.2.7', lastOperation: operation };
}

/** Waits until the condition holds, however long it takes: the test's own limit ends it. */
export async function until<Value>(
  look: () => Value | Promise<Value>,
): Promise<NonNullable<Exclude<Value, false>>> {
  for (;;) {
    const value = await look();
    if (value !== null && value !== undefined && value !== false) {
      return value as NonNullable<Exclude<Value, false>>;
    }
    await sleep(20);
  }
}

import {
  Connection,
  type ConnectionOptions,
  type ConnectionOwner,
  type HttpExchange,
} from './connection.ts';
import { HttpError } from './http-error.ts';

export interface ConnectionsOptions extends ConnectionOptions {
  readonly connectionsMax: number;
  /** How long a connection is kept for the next request, where the server says nothing of it. */
  readonly idleMs?: number;
}

/** Node's servers, and many others, close a connection that was idle for 5 s. */
const usualIdleMs = 4_000;
/** What we send just before a server closes its connection may reach it just after. */
const marginMs = 1_000;
const longestIdleMs = 60_000;

interface Idle {
  readonly connection: Connection;
  readonly until: number;
}

/**
 * The connections to one origin. They are kept; the one that was used last is used first, so that
 * those which are too many grow old. Who finds none waits for the first that becomes free.
 */
export class Connections implements ConnectionOwner {
  readonly #options: ConnectionsOptions;
  readonly #all = new Set<Connection>();
  #connecting = 0;
  readonly #idle: Idle[] = [];
  #idleTimer: NodeJS.Timeout | undefined;
  readonly #waiting = new Set<HttpExchange>();
  #disposed: HttpError | undefined;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  get host(): string {
    return this.#options.origin.host;
  }

  send(exchange: HttpExchange): void {
    if (this.#disposed !== undefined) {
      exchange.onError(this.#disposed, false);
      return;
    }
    const connection = this.#takeIdle();
    if (connection !== undefined) {
      connection.send(exchange);
      return;
    }
    this.#waiting.add(exchange);
    this.#grow();
  }

  /** It is not sent any more, if it was not yet. */
  forget(exchange: HttpExchange): void {
    this.#waiting.delete(exchange);
  }

  /** Fails what is under way, and all that comes. */
  dispose(): void {
    const error = new HttpError('HTTP_DISPOSED', 'the connections were closed');
    this.#disposed = error;
    clearTimeout(this.#idleTimer);
    for (const connection of [...this.#all]) connection.close(error);
    for (const exchange of this.#waiting) exchange.onError(error, false);
    this.#waiting.clear();
  }

  onConnected(connection: Connection): void {
    this.#connecting--;
    this.onFree(connection, undefined);
  }

  onFree(connection: Connection, keepAliveMs: number | undefined): void {
    const next = this.#takeWaiting();
    if (next === undefined) this.#keep(connection, keepAliveMs);
    else connection.send(next);
  }

  onClosed(connection: Connection, error: Error, wasConnected: boolean): void {
    this.#all.delete(connection);
    const index = this.#idle.findIndex((idle) => idle.connection === connection);
    if (index !== -1) this.#idle.splice(index, 1);
    if (this.#disposed !== undefined) return;
    if (!wasConnected) {
      // As many attempts as there are requests: none waits for ever.
      this.#connecting--;
      this.#takeWaiting()?.onError(error, false);
    }
    this.#grow();
  }

  #grow(): void {
    const { connectionsMax } = this.#options;
    while (this.#connecting < this.#waiting.size && this.#all.size < connectionsMax) {
      this.#connecting++;
      this.#all.add(new Connection(this.#options, this));
    }
  }

  #takeWaiting(): HttpExchange | undefined {
    for (const exchange of this.#waiting) {
      this.#waiting.delete(exchange);
      return exchange;
    }
    return undefined;
  }

  #takeIdle(): Connection | undefined {
    const idle = this.#idle.pop();
    if (idle === undefined || performance.now() < idle.until) return idle?.connection;
    this.#idle.push(idle);
    this.#closeOld();
    return this.#idle.pop()?.connection;
  }

  #keep(connection: Connection, keepAliveMs: number | undefined): void {
    const { idleMs = usualIdleMs } = this.#options;
    const ms = keepAliveMs === undefined ? idleMs : Math.min(keepAliveMs - marginMs, longestIdleMs);
    if (ms <= 0) {
      connection.close(grownOld());
      return;
    }
    this.#idle.push({ connection, until: performance.now() + ms });
    this.#idleTimer ??= this.#startTimer(ms);
  }

  #startTimer(ms: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.#idleTimer = undefined;
      this.#closeOld();
      if (this.#idle.length === 0) return;
      const first = Math.min(...this.#idle.map(({ until }) => until));
      this.#idleTimer ??= this.#startTimer(Math.max(1, first - performance.now()));
    }, ms).unref();
  }

  #closeOld(): void {
    const now = performance.now();
    for (const { connection, until } of [...this.#idle]) {
      if (until <= now) connection.close(grownOld());
    }
  }
}

function grownOld(): HttpError {
  return new HttpError('HTTP_CLOSED', 'nobody needed the connection');
}

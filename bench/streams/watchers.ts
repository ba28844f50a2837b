import { MessageType } from 'graphql-ws';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';

export interface WatchersOptions {
  /** Of the graph. */
  readonly url: string;
  /** What `connection_init` carries, by the number of the socket. */
  readonly initOf?: (index: number) => object;
  /** When what a message tells happened; undefined when it tells of no event. */
  readonly happenedAt: (message: Buffer) => number | undefined;
  /** On the same clock. */
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
}

/** At once; a server's backlog is some 500. */
const connectingMax = 100;
const patienceMs = 30_000;
const next = Buffer.from(`"type":"${MessageType.Next}"`);

/** Clients by graphql-transport-ws that do no more than notice when an event has come. */
export class Watchers implements Disposable {
  readonly #options: WatchersOptions;
  readonly #sockets: WebSocket[] = [];
  #latenciesMs: number[] = [];
  #answers = 0;
  #lastAt = 0;
  #failure: Error | undefined;

  constructor(options: WatchersOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#sockets.length;
  }

  /** Opens so many more, and waits until all are welcome. */
  async connect(count: number): Promise<void> {
    let left = count;
    const connecting = Array.from({ length: Math.min(count, connectingMax) }, async () => {
      while (left > 0) {
        left -= 1;
        await this.#open();
      }
    });
    await Promise.all(connecting);
  }

  /** Subscribes by the sockets from the given one on; waits until each has had its first answer. */
  async subscribe(payload: object, from = 0): Promise<void> {
    const id = '1'; // the same for all, as a bare fan-out has it
    const message = JSON.stringify({ id, type: MessageType.Subscribe, payload });
    const sockets = this.#sockets.slice(from);
    this.#answers = 0;
    for (const [index, socket] of sockets.entries()) {
      socket.send(message);
      if (index % connectingMax === connectingMax - 1) await delay(0);
    }
    await this.#until(() => this.#answers >= sockets.length, 'are subscribed');
  }

  /** Forgets what was measured. */
  begin(): void {
    this.#latenciesMs = [];
  }

  /** From each event to its receipt by each socket, once there are so many; those that came, if no more do. */
  async latenciesMs(expected: number): Promise<Float64Array> {
    await this.#until(() => this.#latenciesMs.length >= expected, undefined);
    return Float64Array.from(this.#latenciesMs).sort();
  }

  [Symbol.dispose](): void {
    for (const socket of this.#sockets) {
      socket.removeAllListeners('close');
      socket.terminate();
    }
  }

  async #open(): Promise<void> {
    const { url, signal, initOf } = this.#options;
    const socket = new WebSocket(url.replace(/^http/, 'ws'), 'graphql-transport-ws', {
      perMessageDeflate: false,
    });
    const index = this.#sockets.push(socket) - 1;
    await once(socket, 'open', { signal });
    const payload = initOf?.(index);
    socket.send(JSON.stringify({ type: MessageType.ConnectionInit, payload }));
    await once(socket, 'message', { signal });
    socket.on('message', (data: Buffer) => {
      this.#receive(data);
    });
    socket.on('close', (code, reason) => {
      this.#failure ??= new Error(`a socket was closed: ${code} ${reason.toString()}`);
    });
  }

  #receive(message: Buffer): void {
    if (!message.includes(next)) {
      this.#failure ??= new Error(`a stream ended: ${message.toString().slice(0, 300)}`);
      return;
    }
    this.#answers += 1;
    const { happenedAt, nowMs } = this.#options;
    const at = happenedAt(message);
    this.#lastAt = nowMs();
    if (at !== undefined) this.#latenciesMs.push(this.#lastAt - at);
  }

  /** Waits as long as something comes; fails then if it matters what for. */
  async #until(holds: () => boolean, what: string | undefined): Promise<void> {
    const { nowMs, signal } = this.#options;
    const begunAt = nowMs();
    while (!holds()) {
      if (this.#failure) throw this.#failure;
      if (nowMs() - Math.max(begunAt, this.#lastAt) > patienceMs) {
        if (what === undefined) return;
        throw new Error(`of ${this.count} sockets, ${this.#answers} ${what}`);
      }
      await delay(10, undefined, { signal });
    }
  }
}

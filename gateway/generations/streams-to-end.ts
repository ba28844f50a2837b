import { setTimeout as delay } from 'node:timers/promises';
import type { Operate } from '../subscriptions/operate.ts';
import { endingWith, type Outlet } from '../subscriptions/outlet.ts';
import type { Users } from './users.ts';

/** All clients together; sent away at once, they would all come back at once. */
const sendingAwayMs = 5_000;
const tickMs = 50;

/** Streams that go on, each of which is a user until it ends. */
export class StreamsToEnd {
  readonly #users: Users;
  readonly #outlets = new Set<Outlet>();

  constructor(users: Users) {
    this.#users = users;
  }

  /** Keeps what becomes a stream. A query or mutation is counted by who answers it. */
  watch(operate: Operate): Operate {
    return (request, context, outlet, mayMutate) => {
      const giveBack = this.#users.begin();
      const onEnd = () => {
        this.#outlets.delete(outlet);
        giveBack();
      };
      this.#outlets.add(outlet);
      const begun = operate(request, context, endingWith(outlet, onEnd), mayMutate);
      if (!begun.isStream) {
        onEnd();
        return begun;
      }
      return {
        isStream: true,
        stop: () => {
          onEnd();
          begun.stop();
        },
      };
    };
  }

  /** Tells their clients to come back, one after the other. */
  async sendAway(signal: AbortSignal): Promise<void> {
    const outlets = [...this.#outlets];
    const atOnce = Math.ceil((outlets.length * tickMs) / sendingAwayMs);
    for (const [index, outlet] of outlets.entries()) {
      if (this.#outlets.has(outlet)) outlet.sendAway();
      if (index % atOnce === atOnce - 1) await delay(tickMs, undefined, { signal });
    }
  }
}

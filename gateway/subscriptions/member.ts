import type { GraphQLError } from 'graphql';
import type { ChannelMember } from './channel.ts';
import type { Place } from './confluence.ts';
import type { Outlet } from './outlet.ts';
import type { Item } from './source.ts';

export interface MemberOptions {
  /** Finds its place in the stream, behind the cursor or at the present state. */
  readonly join: (member: ChannelMember, since: unknown) => Place;
  /** The cursor behind which it begins; undefined at the present state. */
  readonly since: unknown;
  readonly outlet: Outlet;
  /** Whether its stream has cursors: then nothing of it may be left out. */
  readonly hasCursors: boolean;
  /** How long a client that is too far behind may take to catch up. */
  readonly patienceMs: number;
}

/** How many items wait for a client at most. */
const waitingMax = 256;

/**
 * One client's part in a stream. What a slow client can't take yet waits for it; when that is too much, the newest
 * state alone, or, where there are cursors, nothing more until it has read half of it: the rest waits at the subgraph.
 */
export class Member implements ChannelMember {
  readonly #options: MemberOptions;
  /** None while it has too much to read, and once it has ended. */
  #place: Place | undefined;
  #cursor: unknown;
  #waiting: Item[] = [];
  #patience: NodeJS.Timeout | undefined;
  /** What comes after all that waits. */
  #ending: { readonly error: GraphQLError | undefined } | undefined;
  #isOver = false;

  constructor(options: MemberOptions) {
    this.#options = options;
    this.#cursor = options.since;
    this.#join();
  }

  deliver(item: Item): void {
    const { outlet, hasCursors } = this.#options;
    this.#cursor = item.cursor ?? this.#cursor;
    if (this.#waiting.length === 0 && outlet.isReady) {
      outlet.next(item.text);
      return;
    }
    if (this.#waiting.length === 0) this.#drainWhenReady();
    if (this.#waiting.length >= waitingMax) this.#waiting = [];
    this.#waiting.push(item);
    if (hasCursors && this.#cursor !== undefined && this.#waiting.length >= waitingMax) {
      this.#pause();
    }
  }

  end(error: GraphQLError | undefined): void {
    this.#place = undefined;
    this.#ending = { error };
    if (this.#waiting.length === 0) this.#finish();
  }

  /** The client has left. */
  stop(): void {
    this.#isOver = true;
    this.#waiting = [];
    clearTimeout(this.#patience);
    this.#place?.leave();
    this.#place = undefined;
  }

  #join(): void {
    this.#place = this.#options.join(this, this.#cursor);
  }

  #pause(): void {
    this.#place?.leave();
    this.#place = undefined;
    this.#patience = setTimeout(() => {
      this.stop();
      this.#options.outlet.overflow();
    }, this.#options.patienceMs);
  }

  #drainWhenReady(): void {
    this.#options.outlet.whenReady(() => {
      this.#drain();
    });
  }

  #drain(): void {
    const { outlet } = this.#options;
    let sent = 0;
    while (outlet.isReady && sent < this.#waiting.length) {
      const item = this.#waiting[sent++];
      if (item) outlet.next(item.text);
    }
    this.#waiting.splice(0, sent);
    if (this.#isOver) return;
    if (this.#waiting.length > 0) this.#drainWhenReady();
    else if (this.#ending) this.#finish();
    if (this.#patience && this.#waiting.length <= waitingMax / 2) {
      clearTimeout(this.#patience);
      this.#patience = undefined;
      this.#join();
    }
  }

  #finish(): void {
    this.#isOver = true;
    const { error } = this.#ending ?? {};
    this.#options.outlet.end(error && [error.toJSON()]);
  }
}

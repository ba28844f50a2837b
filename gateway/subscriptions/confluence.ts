import { Channel, type ChannelMember, type OpenSource } from './channel.ts';

/** Whose stream a member is a part of just now. */
export interface Place {
  leave(): void;
}

export interface ConfluenceOptions {
  readonly open: OpenSource;
  /** Whether its events say where a stream can be taken up again. */
  readonly hasCursors: boolean;
  /** Nobody is left. */
  readonly onEmpty: () => void;
}

/**
 * Equal streams of clients who may see the same. At the live end they are one: who joins is shown the present state,
 * or what it missed, by a channel of its own, which flows into the main one as soon as both have sent the same last
 * event. Cursors are opaque, so equal ones are all that tells that.
 */
export class Confluence {
  readonly #options: ConfluenceOptions;
  #main: Channel | undefined;
  readonly #tributaries = new Set<Channel>();
  /** Which channel each member gets its items from. */
  readonly #channels = new WeakMap<ChannelMember, Channel>();

  constructor(options: ConfluenceOptions) {
    this.#options = options;
  }

  /** Sends the member everything behind the cursor, or the present state and everything from then on. */
  join(member: ChannelMember, since: unknown): Place {
    const main = this.#main;
    if (main !== undefined && !this.#options.hasCursors) {
      this.#place(member, main);
      if (main.last !== undefined) member.deliver(main.last); // without cursors each event is the whole state
    } else if (main !== undefined && since !== undefined && main.cursor === since) {
      this.#place(member, main);
    } else {
      // Who comes while somebody else waits for the same beginning waits with them: a crowd is one question.
      const beginning = this.#beginningAt(since);
      if (beginning) this.#place(member, beginning);
      else this.#openFor(member, since);
    }
    return {
      leave: () => {
        const channel = this.#channels.get(member);
        this.#channels.delete(member);
        channel?.leave(member);
      },
    };
  }

  /** A channel that has sent nothing yet. */
  #beginningAt(since: unknown): Channel | undefined {
    const channels = this.#main ? [this.#main, ...this.#tributaries] : [...this.#tributaries];
    return channels.find(({ last, cursor }) => last === undefined && cursor === since);
  }

  #openFor(member: ChannelMember, since: unknown): void {
    const channel = new Channel(this.#options.open, since, {
      onMoved: (moved) => {
        this.#moved(moved);
      },
      onClosed: (closed) => {
        this.#closed(closed);
      },
    });
    this.#place(member, channel);
    if (this.#main === undefined) this.#main = channel;
    else this.#tributaries.add(channel);
  }

  #place(member: ChannelMember, channel: Channel): void {
    this.#channels.set(member, channel);
    channel.members.add(member);
  }

  #moved(channel: Channel): void {
    if (!this.#options.hasCursors || channel.cursor === undefined) return;
    const main = (this.#main ??= channel);
    this.#tributaries.delete(main);
    const candidates = channel === main ? this.#tributaries : [channel];
    for (const tributary of [...candidates]) {
      if (tributary !== main && tributary.cursor === main.cursor) this.#unite(tributary, main);
    }
  }

  #unite(tributary: Channel, main: Channel): void {
    for (const member of tributary.members) this.#place(member, main);
    tributary.members.clear();
    tributary.close();
  }

  #closed(channel: Channel): void {
    if (this.#main === channel) this.#main = undefined;
    else this.#tributaries.delete(channel);
    if (this.#main === undefined && this.#tributaries.size === 0) this.#options.onEmpty();
  }
}

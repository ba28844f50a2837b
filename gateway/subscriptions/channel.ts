import type { GraphQLError } from 'graphql';
import type { Item, SourceListener } from './source.ts';

/** Who is sent what comes through a channel. */
export interface ChannelMember {
  readonly deliver: (item: Item) => void;
  readonly end: (error: GraphQLError | undefined) => void;
}

/** Opens what a channel is fed from, behind a cursor or from the present state; returns what closes it. */
export type OpenSource = (since: unknown, listener: SourceListener) => () => void;

export interface ChannelListener {
  /** It has delivered an item, so that its cursor is another. */
  readonly onMoved: (channel: Channel) => void;
  /** It is of no more use: its source has ended, or its last member has left. */
  readonly onClosed: (channel: Channel) => void;
}

/** A stream that is followed once, for as many members as there are. */
export class Channel {
  readonly members = new Set<ChannelMember>();
  readonly #listener: ChannelListener;
  readonly #close: () => void;
  #last: Item | undefined;
  #cursor: unknown;
  #isClosed = false;

  constructor(open: OpenSource, since: unknown, listener: ChannelListener) {
    this.#listener = listener;
    this.#cursor = since;
    this.#close = open(since, {
      onItem: (item) => {
        this.#deliver(item);
      },
      onEnd: (error) => {
        this.#end(error);
      },
    });
  }

  /** Of what all of its members were sent last; undefined until there is one. */
  get cursor(): unknown {
    return this.#cursor;
  }

  /** What all of its members were sent last. */
  get last(): Item | undefined {
    return this.#last;
  }

  leave(member: ChannelMember): void {
    this.members.delete(member);
    if (this.members.size === 0) this.close();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#close();
    this.#listener.onClosed(this);
  }

  #deliver(item: Item): void {
    this.#last = item;
    this.#cursor = item.cursor ?? this.#cursor;
    for (const member of this.members) member.deliver(item); // who leaves meanwhile is passed over
    if (!this.#isClosed) this.#listener.onMoved(this);
  }

  #end(error: GraphQLError | undefined): void {
    const members = [...this.members];
    this.members.clear();
    this.close();
    for (const member of members) member.end(error);
  }
}

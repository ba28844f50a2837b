/** What waits for one reader. */
export interface Mailbox<Item> extends AsyncIterable<Item> {
  readonly isFull: boolean;
  put(item: Item): void;
  /** Ends it once all was read; with an error, at once. */
  end(error?: Error): void;
  /** Comes true when half of it is free again, or nobody will read it any more. */
  hasRoom(): Promise<void>;
}

export interface MailboxOptions {
  readonly max: number;
  /** Whether one more than that makes it forget all others: where only the newest counts. */
  readonly isThinned: boolean;
}

/** A queue. Unless it is thinned, who fills it minds that it `isFull`. */
export function createMailbox<Item extends object>({
  max,
  isThinned,
}: MailboxOptions): Mailbox<Item> {
  let items: Item[] = [];
  let ended: { readonly error: Error | undefined } | undefined;
  let onChange: () => void = () => undefined;
  let onRoom: () => void = () => undefined;

  async function* read(): AsyncGenerator<Item, void, undefined> {
    for (;;) {
      const item = items.shift();
      if (items.length <= max / 2) onRoom();
      if (item !== undefined) yield item;
      else if (ended?.error !== undefined) throw ended.error;
      else if (ended !== undefined) return;
      else {
        await new Promise<void>((resolve) => {
          onChange = resolve;
        });
      }
    }
  }

  return {
    get isFull() {
      return items.length >= max;
    },
    put: (item) => {
      if (ended !== undefined) return;
      if (isThinned && items.length >= max) items = [];
      items.push(item);
      onChange();
    },
    end: (error) => {
      if (ended !== undefined) return;
      if (error !== undefined) items = [];
      ended = { error };
      onChange();
      onRoom();
    },
    hasRoom: () =>
      new Promise((resolve) => {
        if (items.length <= max / 2 || ended !== undefined) resolve();
        else onRoom = resolve;
      }),
    [Symbol.asyncIterator]: read,
  };
}

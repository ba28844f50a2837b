/** What waits for one slow reader. */
export interface Mailbox<Item> extends AsyncIterable<Item> {
  put(item: Item): void;
  /** Ends it once all was read; with an error, at once. */
  end(error?: Error): void;
}

export interface MailboxOptions {
  readonly max: number;
  /** Called when one more would be too many; who does not end the mailbox then keeps its newest item alone. */
  readonly onOverflow: () => void;
}

/** A queue with one reader, which never holds more than `max`. */
export function createMailbox<Item extends object>({
  max,
  onOverflow,
}: MailboxOptions): Mailbox<Item> {
  let items: Item[] = [];
  let ended: { readonly error: Error | undefined } | undefined;
  let wake: () => void = () => undefined;

  async function* read(): AsyncGenerator<Item, void, undefined> {
    for (;;) {
      const item = items.shift();
      if (item !== undefined) yield item;
      else if (ended?.error !== undefined) throw ended.error;
      else if (ended !== undefined) return;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  }

  return {
    put: (item) => {
      if (items.length >= max) {
        items = [];
        onOverflow();
      }
      if (ended !== undefined) return;
      items.push(item);
      wake();
    },
    end: (error) => {
      if (ended !== undefined) return;
      if (error !== undefined) items = [];
      ended = { error };
      wake();
    },
    [Symbol.asyncIterator]: read,
  };
}

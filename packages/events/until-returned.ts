/**
 * An iterator over what `start` yields whose `return` ends it at once, also while it waits for its next
 * value: the signal that `start` is given aborts. (A generator's own `return` would wait with it.)
 */
export function untilReturned<Value>(
  outer: AbortSignal,
  start: (signal: AbortSignal) => AsyncGenerator<Value, void, void>,
): AsyncIterableIterator<Value, void, void> {
  const stop = new AbortController();
  const values = start(AbortSignal.any([stop.signal, outer]));
  return {
    next: () => values.next(),
    return: async () => {
      stop.abort();
      return await values.return();
    },
    throw: async (error) => {
      stop.abort();
      return await values.throw(error);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

import { Unavailable } from '#errors';

/** Runs works, so many at once. @throws Unavailable when too many wait already. */
export type Limit = <Answer>(work: () => Promise<Answer>) => Promise<Answer>;

/** Takes the works in the order in which they came. `name` says, in the log, what was asked for too often. */
export function createLimit(name: string, parallelMax: number, waitingMax: number): Limit {
  const waiting: (() => void)[] = [];
  let free = parallelMax;
  return async (work) => {
    if (free > 0) free--;
    else if (waiting.length < waitingMax) {
      await new Promise<void>((begin) => {
        waiting.push(begin);
      });
    } else throw new Unavailable(name);
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next(); // the place is handed on, so nobody slips in between
    }
  };
}

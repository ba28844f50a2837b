/** Runs works of the same key one after the other, in this process. */
export type InTurn = <Answer>(key: string, work: () => Promise<Answer>) => Promise<Answer>;

export function createTurns(): InTurn {
  const last = new Map<string, Promise<void>>();
  return async (key, work) => {
    const answer = (last.get(key) ?? Promise.resolve()).then(work);
    const settled = answer.then(ignore, ignore);
    last.set(key, settled);
    try {
      return await answer;
    } finally {
      if (last.get(key) === settled) last.delete(key);
    }
  };
}

function ignore(): void {
  // whoever comes next does not mind how this one ended
}

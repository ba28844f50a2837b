const firstMs = 100;
const longestMs = 5_000;
/** Whoever ran for so long is not failing at its start. */
const calmMs = 10_000;

/** How long to wait before the next start, after a run of so many ms: each time longer, up to 5 s. */
export function createBackOff(): (ranMs: number) => number {
  let next = firstMs;
  return (ranMs) => {
    if (ranMs >= calmMs) next = firstMs;
    const wait = next;
    next = Math.min(next * 2, longestMs);
    return wait;
  };
}

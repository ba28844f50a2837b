const firstDelayMs = 100;
const longestDelayMs = 5_000;

/** How long to wait after so many failures: twice as long each time, up to a limit; at random, so that not all come at once. */
export function backOffMs(failures: number): number {
  const ms = Math.min(longestDelayMs, firstDelayMs * 2 ** (failures - 1));
  return ms / 2 + (Math.random() * ms) / 2;
}

import { readFileSync } from 'node:fs';

/** How many files, sockets among them, one process may have open; Node raises the soft limit to the hard one. */
export function openFilesMax(): number {
  const line = /^Max open files +\d+ +(\d+|unlimited)/m.exec(
    readFileSync('/proc/self/limits', 'utf8'),
  );
  return line?.[1] === 'unlimited' ? Number.POSITIVE_INFINITY : Number(line?.[1]);
}

import type { Trial } from './measure.ts';

/** One question, asked of all contenders in turn. */
export interface Table extends Omit<Trial, 'seconds'> {
  readonly name: string;
  readonly title: string;
}

/** The gateway pings its clients every 12 s. */
const twoPingsMs = 24_000;

export const tables: readonly Table[] = [
  {
    name: 'shared',
    title: '1,000 sockets, equal streams',
    sockets: 1_000,
    isApart: false,
    rates: [2, 5, 10, 20],
    idleMs: 0,
  },
  {
    name: 'apart',
    title: '1,000 sockets of 1,000 callers, a stream for each at the subgraph',
    sockets: 1_000,
    isApart: true,
    rates: [2, 5],
    idleMs: 0,
  },
  {
    name: 'held',
    title: '10,000 sockets, equal streams',
    sockets: 10_000,
    isApart: false,
    rates: [1],
    idleMs: twoPingsMs,
  },
];

import type { Front } from './front.ts';
import { coldAlias, runLoad, type Load } from './load.ts';
import { drain, type Running } from './running.ts';
import { cpuMs, residentMib } from './usage.ts';

/** What is measured of one gateway at a time. */
export interface Trial {
  readonly title: string;
  /** The queries that take part: each has to be answered as stock answers it. */
  readonly queries: readonly string[];
  /** The `authorization` that each of them needs. */
  readonly authorization?: string;
  readonly columns: readonly Column[];
  readonly measure: (gateway: Running, seconds: number, signal: AbortSignal) => Promise<Figures>;
}

/** By name. */
export type Figures = Readonly<Record<string, number>>;

export interface Column {
  readonly title: string;
  readonly digits: number;
  readonly of: (figures: Figures, stock: Figures) => number;
}

const timesStock: Column = {
  title: '× stock',
  digits: 1,
  of: (figures, stock) => (stock['cpuMs'] ?? Number.NaN) / (figures['cpuMs'] ?? Number.NaN),
};

/** Of the first, what it costs more. */
export const shareOfChecks: Column = {
  title: 'checks, % of it',
  digits: 1,
  of: (figures, unchecked) =>
    100 * (1 - (unchecked['cpuMs'] ?? Number.NaN) / (figures['cpuMs'] ?? Number.NaN)),
};

/** One load: what a request costs, beside the first gateway's, and how long it takes. */
export function loadTrial(
  title: string,
  load: Load,
  front: Front,
  beside: Column = timesStock,
): Trial {
  const authorization = load.authorization ?? load.tokens?.authorization;
  return {
    title,
    queries: [load.query],
    ...(authorization !== undefined && { authorization }),
    columns: [
      column('CPU ms/request', 3, 'cpuMs'),
      beside,
      column('requests/s', 0, 'rps'),
      column('p50 ms', 1, 'p50Ms'),
      column('p99 ms', 1, 'p99Ms'),
      column('fetches/request', 2, 'fetches'),
      column('RSS MiB', 0, 'residentMib'),
      column('errors', 0, 'errors'),
    ],
    measure: async (gateway, seconds, signal) => {
      await drain(gateway, signal);
      const [usedBefore, fetchedBefore] = [cpuMs(gateway.pid), (await front.counts()).requests];
      const result = await runLoad(gateway.url, load, seconds, signal);
      const [usedAfter, fetchedAfter] = [cpuMs(gateway.pid), (await front.counts()).requests];
      const { requests, p50Ms, p99Ms, errors } = result;
      // What was under way at the end is half done, taken together.
      const done = requests + load.connections / 2;
      return {
        cpuMs: (usedAfter - usedBefore) / done,
        rps: requests / result.seconds,
        p50Ms,
        p99Ms,
        fetches: (fetchedAfter - fetchedBefore) / done,
        residentMib: residentMib(gateway.pid),
        errors,
      };
    },
  };
}

/** Operations that were never seen before, while others that are known keep the gateway busy. */
export function coldTrial(title: string, cold: Load, warm: Load): Trial {
  return {
    title,
    queries: [cold.query, warm.query],
    columns: [
      column('first seen: p50 ms', 1, 'coldP50Ms'),
      column('p99 ms', 1, 'coldP99Ms'),
      column('per s', 1, 'coldRps'),
      column('known meanwhile: p50 ms', 1, 'warmP50Ms'),
      column('p99 ms', 1, 'warmP99Ms'),
      column('per s', 0, 'warmRps'),
      column('RSS MiB', 0, 'residentMib'),
      column('errors', 0, 'errors'),
    ],
    measure: async (gateway, seconds, signal) => {
      await drain(gateway, signal);
      const [unseen, known] = await Promise.all([
        runLoad(gateway.url, cold, seconds, signal),
        runLoad(gateway.url, warm, seconds, signal),
      ]);
      return {
        coldP50Ms: unseen.p50Ms,
        coldP99Ms: unseen.p99Ms,
        coldRps: unseen.requests / unseen.seconds,
        warmP50Ms: known.p50Ms,
        warmP99Ms: known.p99Ms,
        warmRps: known.requests / known.seconds,
        residentMib: residentMib(gateway.pid),
        errors: unseen.errors + known.errors,
      };
    },
  };
}

/** The same query under an alias that `another operation each` replaces. */
export function withColdAlias(query: string): string {
  return query.replace(/\bname\b/, `${coldAlias}: name`);
}

function column(title: string, digits: number, figure: string): Column {
  return { title, digits, of: (figures) => figures[figure] ?? Number.NaN };
}

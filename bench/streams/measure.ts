import { setTimeout as delay } from 'node:timers/promises';
import type { Figures } from '../gateway/trial.ts';
import { cpuMs, residentMib } from '../gateway/usage.ts';
import { nowMs } from './clock.ts';
import { startContender, type Contender, type Server } from './contenders.ts';
import { watchTicker } from './contract.ts';
import { quantile } from './statistics.ts';
import type { Ticker } from './ticker.ts';
import { Watchers } from './watchers.ts';

/** Who watches, how often something happens, and for how long. */
export interface Trial {
  readonly sockets: number;
  /** Whether each client is another caller, so that nothing can be shared. */
  readonly isApart: boolean;
  /** Events per second, one figure after the other. */
  readonly rates: readonly number[];
  /** How long sockets are watched without an event; 0 for not at all. */
  readonly idleMs: number;
  /** How long each rate lasts. */
  readonly seconds: number;
}

/** What one contender did in one turn. */
export interface Turn {
  /** Of the sockets, before anything happened. */
  readonly held: Figures;
  /** For each rate. */
  readonly fanOuts: readonly Figures[];
}

const warmUpDeliveries = 30_000;

/** Starts a contender, lets clients watch by it, and ends it. */
export async function takeTurn(
  contender: Contender,
  { sockets, isApart, rates, idleMs, seconds }: Trial,
  ticker: Ticker,
  signal: AbortSignal,
): Promise<Turn> {
  const { supergraph, url: subgraphUrl } = ticker;
  await using server = await startContender(contender, { supergraph, subgraphUrl, isApart });
  using watchers = new Watchers({
    url: server.url,
    ...(isApart && { initOf: (index) => ({ authorization: `Bearer ${index}` }) }),
    happenedAt: tickedAt,
    nowMs,
    signal,
  });
  await watchers.connect(1);
  await watchers.subscribe({ query: watchTicker });
  const [residentBefore, usedBefore, begunAt] = [
    residentMib(server.pid),
    cpuMs(server.pid),
    nowMs(),
  ];
  await watchers.connect(sockets - 1);
  await watchers.subscribe({ query: watchTicker }, 1);
  const connectS = (nowMs() - begunAt) / 1_000;
  const held = {
    connectS,
    connectCpuUs: ((cpuMs(server.pid) - usedBefore) * 1_000) / sockets,
    idleCpuMs: await idleCpuMsPerSecond(server, idleMs, signal),
    socketKib: ((residentMib(server.pid) - residentBefore) * 1_024) / sockets,
    residentMib: residentMib(server.pid),
  };

  await fanOut(server, watchers, ticker, warmUpDeliveries / sockets, Math.max(...rates));
  const fanOuts: Figures[] = [];
  for (const perSecond of rates) {
    fanOuts.push(await fanOut(server, watchers, ticker, seconds * perSecond, perSecond));
  }
  return { held, fanOuts };
}

async function fanOut(
  { pid }: Server,
  watchers: Watchers,
  ticker: Ticker,
  events: number,
  perSecond: number,
): Promise<Figures> {
  const expected = events * watchers.count;
  watchers.begin();
  const [usedBefore, begunAt] = [cpuMs(pid), nowMs()];
  await ticker.emit(events, perSecond);
  const latenciesMs = await watchers.latenciesMs(expected);
  const [usedAfter, endedAt] = [cpuMs(pid), nowMs()];
  const deliveries = latenciesMs.length;
  return {
    perSecond: (deliveries * 1_000) / (endedAt - begunAt),
    p50Ms: quantile(latenciesMs, 0.5),
    p99Ms: quantile(latenciesMs, 0.99),
    cpuUs: ((usedAfter - usedBefore) * 1_000) / deliveries,
    missing: expected - deliveries,
    residentMib: residentMib(pid),
  };
}

async function idleCpuMsPerSecond(
  { pid }: Server,
  idleMs: number,
  signal: AbortSignal,
): Promise<number> {
  if (idleMs === 0) return Number.NaN;
  const used = cpuMs(pid);
  await delay(idleMs, undefined, { signal });
  return ((cpuMs(pid) - used) * 1_000) / idleMs;
}

const at = '"at":';

function tickedAt(message: Buffer): number | undefined {
  const begin = message.indexOf(at);
  return begin < 0
    ? undefined
    : Number.parseFloat(message.toString('latin1', begin + at.length, begin + at.length + 24));
}

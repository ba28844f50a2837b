import { quantile } from '../streams/statistics.ts';
import type { Figures } from '../gateway/trial.ts';
import { cpuMs } from '../gateway/usage.ts';
import type { Postgres } from './postgres.ts';
import type { Server } from './shop.ts';

/** Asks the nth question of a kind. */
export type Ask = (server: Server, nth: number) => Promise<unknown>;

/** Asks all of them in turn, round by round, and keeps what was measured. */
export async function takeTurns(
  servers: readonly Server[],
  postgres: Postgres,
  asks: ReadonlyMap<Server, Ask>,
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
): Promise<Map<Server, Figures[]>> {
  const taken = new Map<Server, Figures[]>(servers.map((server) => [server, []]));
  const warmUpSeconds = 1;
  for (let round = -1; round < rounds; round += 1) {
    for (const [server, figures] of taken) {
      const ask = asks.get(server);
      if (ask === undefined) continue;
      const turn = await measure(server, postgres, ask, round < 0 ? warmUpSeconds : seconds);
      if (round >= 0) figures.push(turn);
    }
  }
  return taken;
}

/** Asks one request after the other for some time. */
async function measure(
  server: Server,
  postgres: Postgres,
  ask: Ask,
  seconds: number,
): Promise<Figures> {
  const latencies: number[] = [];
  const before = [cpuMs(server.pid), cpuMs(postgres.pid)] as const;
  const until = performance.now() + seconds * 1_000;
  while (performance.now() < until) {
    const start = performance.now();
    await ask(server, latencies.length);
    latencies.push(performance.now() - start);
  }
  const after = [cpuMs(server.pid), cpuMs(postgres.pid)] as const;
  const sorted = Float64Array.from(latencies).sort();
  return {
    p50Ms: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
    serverCpuMs: (after[0] - before[0]) / latencies.length,
    postgresCpuMs: (after[1] - before[1]) / latencies.length,
    cpuMs: (after[0] + after[1] - before[0] - before[1]) / latencies.length,
  };
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadCpu } from '../gateway/machine.ts';
import { startServer } from './contenders.ts';
import { composeSupergraph } from './contract.ts';

/** The subgraph that streams, as a process of its own. */
export interface Ticker extends AsyncDisposable {
  readonly url: string;
  /** The file of the supergraph that it makes. */
  readonly supergraph: string;
  /** Makes it tell of so many events, evenly; comes true when the last is out. */
  readonly emit: (count: number, perSecond: number) => Promise<void>;
}

/** Starts it; the supergraph is written to the folder. */
export async function startTicker(folder: string, signal: AbortSignal): Promise<Ticker> {
  const { url, ...server } = await startServer(['bench/streams/ticker-main.ts'], loadCpu);
  const supergraph = join(folder, 'ticker.graphql');
  writeFileSync(supergraph, composeSupergraph(url));
  return {
    ...server,
    url,
    supergraph,
    emit: async (count, perSecond) => {
      const emitting = new URL(`/emit?count=${count}&perSecond=${perSecond}`, url);
      await fetch(emitting, { method: 'POST', signal });
    },
  };
}

import type { Bell, Streams } from '#events';
import type { Downstream } from './downstream/downstream.ts';
import type { ProvisioningStore } from './store/store.ts';

/** What the house is built from. Tests put in their own. */
export interface Parts {
  readonly store: ProvisioningStore;
  /** The domain's own events, as the relay has numbered them. */
  readonly streams: Streams;
  /** Rings a stream when the relay has numbered an event of it. */
  readonly bell: Bell;
  /** Aborted when the process stops: no subscription outlives it. */
  readonly signal: AbortSignal;
  readonly clock: () => Date;
}

/** What the workflows have besides. */
export interface WorkerParts extends Parts {
  readonly downstream: Downstream;
  /** 0 to 1: spreads the retries. */
  readonly random: () => number;
}

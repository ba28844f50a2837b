import type { Streams } from '#events';
import type { Catalogue } from './clients/catalogue.ts';
import type { Payments } from './clients/payments.ts';
import type { Provisioning } from './clients/provisioning.ts';
import type { OrderStore } from './store/store.ts';

/** What the house is built from. Tests put in their own. */
export interface Parts {
  readonly orders: OrderStore;
  /** The orders' events, as the relay has numbered them. */
  readonly streams: Streams;
  readonly catalogue: Catalogue;
  readonly provisioning: Provisioning;
  readonly payments: Payments;
  readonly clock: () => Date;
  /** Aborted when the process stops: no subscription outlives it. */
  readonly signal: AbortSignal;
}

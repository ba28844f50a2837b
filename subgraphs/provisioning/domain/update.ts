import type { RecordedEvent } from './event.ts';
import type { ProductInstance } from './instance.ts';
import type { ProvisioningRequest } from './request.ts';
import type { Task } from './task.ts';

/** What a watcher is told: an event and the state, which may be later than the event. */
export interface ProvisioningUpdate {
  /** To resume after this update. */
  readonly cursor: string;
  readonly at: Date;
  /** Null in the first ones, which only show the state. */
  readonly event: RecordedEvent | null;
  readonly request: ProvisioningRequest | null;
  readonly instance: ProductInstance | null;
  readonly task: Task | null;
}

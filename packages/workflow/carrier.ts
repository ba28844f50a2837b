import type { Logger } from '#service';
import { DBOS, DBOSWorkflowConflictError, Error as EngineErrors } from '@dbos-inc/dbos-sdk';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRun, never, type Workflow } from './run.ts';

export interface CarrierOptions {
  /** The house's queue. */
  readonly queueName: string;
  readonly executorId: string;
  readonly logger: Logger;
  /** Aborted when the process stops. */
  readonly signal: AbortSignal;
}

const lookMs = 1_000;
/** What was taken from the queue begins at once, unless the connection breaks just then. */
const graceMs = 2_000;

/**
 * Carries runs out, and takes up those that the engine has let fall, without a restart. It lets one fall
 * when the connection breaks while it takes it from the queue: the server has committed that, and the
 * engine never hears of it.
 */
export class Carrier {
  readonly #options: CarrierOptions;
  /** How often each run is under way here. */
  readonly #underWay = new Map<string, number>();
  /** Since when each run is taken from the queue and not under way, by `performance.now()`. */
  readonly #fallenSince = new Map<string, number>();
  /** How often each run had to be taken up. */
  readonly #takenUp = new Map<string, number>();

  constructor(options: CarrierOptions) {
    this.#options = options;
  }

  /** Carries a run out. Whatever breaks it off is not its end: it is to be taken up again. */
  async carry({ name, work }: Workflow, id: string, subject: string): Promise<void> {
    const { logger, signal } = this.#options;
    const report = (step: string, error: unknown) => {
      logger.warn('a step failed and is tried again', { workflow: name, id, step, error });
    };
    this.#underWay.set(id, (this.#underWay.get(id) ?? 0) + 1);
    try {
      await work(createRun({ id, report, signal }), subject);
      this.#takenUp.delete(id);
    } catch (error) {
      // The engine is closing, which is nothing of the run's: kept as its end, it would be lost.
      if (signal.aborted) return await never();
      if (isAnothers(error)) throw error;
      logger.error('a run broke off and is to be taken up', { workflow: name, id, error });
      // After this error alone the engine keeps no end, and frees the place in the queue.
      throw new DBOSWorkflowConflictError(id);
    } finally {
      const left = (this.#underWay.get(id) ?? 0) - 1;
      if (left > 0) this.#underWay.set(id, left);
      else this.#underWay.delete(id);
    }
  }

  /** Looks for runs that fell, until the signal. */
  async watch(): Promise<void> {
    const { logger, signal } = this.#options;
    while (!signal.aborted) {
      await this.#takeUp().catch((error: unknown) => {
        if (!signal.aborted) logger.warn('the look for fallen runs failed', { error });
      });
      await sleep(lookMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async #takeUp(): Promise<void> {
    const { queueName, executorId, logger } = this.#options;
    const taken = await DBOS.listWorkflows({
      status: 'PENDING',
      executorId,
      loadInput: false,
      loadOutput: false,
    });
    const ids = new Set(taken.map(({ workflowID }) => workflowID));
    for (const id of this.#fallenSince.keys()) if (!ids.has(id)) this.#fallenSince.delete(id);
    const now = performance.now();
    const fallen = [...ids].filter((id) => this.#hasFallen(id, now));
    if (fallen.length === 0) return;

    await DBOS.resumeWorkflows(fallen, { queueName });
    for (const id of fallen) {
      this.#fallenSince.delete(id);
      this.#takenUp.set(id, (this.#takenUp.get(id) ?? 0) + 1);
    }
    logger.warn('runs that had fallen are taken up', { ids: fallen });
  }

  #hasFallen(id: string, now: number): boolean {
    if (this.#underWay.has(id)) {
      this.#fallenSince.delete(id);
      return false;
    }
    const since = this.#fallenSince.get(id) ?? now;
    this.#fallenSince.set(id, since);
    // One that falls each time waits twice as long each time.
    return now - since >= graceMs * 2 ** (this.#takenUp.get(id) ?? 0);
  }
}

/** The engine's news that somebody else carries the run out, or that it was cancelled. */
function isAnothers(error: unknown): boolean {
  return (
    error instanceof DBOSWorkflowConflictError ||
    error instanceof EngineErrors.DBOSWorkflowCancelledError
  );
}

import { DBOS } from '@dbos-inc/dbos-sdk';
import { mayPass } from './may-pass.ts';

/** What a workflow works with. Every call is durable: its answer is kept, and given again after a crash. */
export interface Run {
  /** The workflow's id. */
  readonly id: string;
  /**
   * Does the work, once as far as anyone can see: it may run again when the process dies before its
   * answer is kept, so the work must be idempotent. A failure that may pass is tried again, for ever,
   * with growing delays; any other is thrown.
   */
  step<Answer>(name: string, work: () => Promise<Answer>): Promise<Answer>;
  /** A step for what must succeed in the end, such as undoing: every failure is reported and tried again. */
  insist<Answer>(name: string, work: () => Promise<Answer>): Promise<Answer>;
  /** The next message on the topic, or null after so many seconds. */
  receive(topic: string, timeoutSeconds: number): Promise<unknown>;
  sleep(ms: number): Promise<void>;
}

export interface RunOptions {
  readonly id: string;
  /** Hears of every failure that is tried again. */
  readonly report: (step: string, error: unknown) => void;
  /** Aborted when the process stops: what is not done by then is left to the next one. */
  readonly signal: AbortSignal;
}

const firstDelayMs = 100;
const delayMsMax = 5_000;

export function createRun({ id, report, signal }: RunOptions): Run {
  async function repeat<Answer>(
    name: string,
    work: () => Promise<Answer>,
    again: (error: unknown) => boolean,
  ): Promise<Answer> {
    for (let delay = firstDelayMs; ; delay = Math.min(delay * 2, delayMsMax)) {
      try {
        return await work();
      } catch (error) {
        // Our own connections are closing: a failure now says nothing about the work, so none is kept.
        if (signal.aborted) return await never();
        if (!again(error)) throw error;
        report(name, error);
        const jittered = delay * (0.5 + Math.random() / 2);
        await new Promise((resolve) => setTimeout(resolve, jittered));
      }
    }
  }
  return {
    id,
    step: (name, work) => DBOS.runStep(() => repeat(name, work, mayPass), { name }),
    insist: (name, work) => DBOS.runStep(() => repeat(name, work, () => true), { name }),
    receive: (topic, timeoutSeconds) => DBOS.recv<unknown>(topic, { timeoutSeconds }),
    sleep: (ms) => DBOS.sleep(ms),
  };
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}

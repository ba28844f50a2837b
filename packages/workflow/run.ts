import { DBOS } from '@dbos-inc/dbos-sdk';

/** What a workflow works with. Every call is durable: its answer is kept, and given again after a crash. */
export interface Run {
  /** The workflow's id. */
  readonly id: string;
  /**
   * Does the work, once as far as anyone can see: it may run again when the process dies before its
   * answer is kept, so the work must be idempotent. What can be expected, such as a refusal, is an
   * answer; what the work throws is a fault, so it is reported and tried again, with growing delays,
   * until that is mended.
   */
  step<Answer>(name: string, work: () => Promise<Answer>): Promise<Answer>;
  /** The next message on the topic, or null after so many seconds. */
  receive(topic: string, timeoutSeconds: number): Promise<unknown>;
  sleep(ms: number): Promise<void>;
}

/** A durable function, known by its name for as long as any of its runs lives. */
export interface Workflow {
  readonly name: string;
  /** Everything it does goes through `run`; it must do the same things in the same order when it is replayed. */
  readonly work: (run: Run, subject: string) => Promise<void>;
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
/** A message wakes its receiver; should that be missed, it looks after this long. */
const lookAgainMs = 5_000;

export function createRun({ id, report, signal }: RunOptions): Run {
  async function untilDone<Answer>(name: string, work: () => Promise<Answer>): Promise<Answer> {
    for (let delay = firstDelayMs; ; delay = Math.min(delay * 2, delayMsMax)) {
      try {
        return await work();
      } catch (error) {
        // Our own connections are closing: a failure now says nothing about the work, so none is kept.
        if (signal.aborted) return await never();
        report(name, error);
        const jittered = delay * (0.5 + Math.random() / 2);
        await new Promise((resolve) => setTimeout(resolve, jittered));
      }
    }
  }
  return {
    id,
    step: (name, work) => DBOS.runStep(() => untilDone(name, work), { name }),
    receive: (topic, timeoutSeconds) =>
      DBOS.recv<unknown>(topic, { timeoutSeconds, pollingIntervalMs: lookAgainMs }),
    sleep: (ms) => DBOS.sleep(ms),
  };
}

/** For what is to have no outcome in this process. */
export function never(): Promise<never> {
  return new Promise(() => undefined);
}

import { Refusal } from '#errors';
import type { JsonObject } from './json.ts';
import type { TaskKind } from './template.ts';

export type TaskStatus =
  | 'PENDING'
  | 'RUNNING'
  | 'RETRYING'
  | 'SUCCEEDED'
  | 'FAILED'
  | 'CANCELLED'
  | 'COMPENSATING'
  | 'COMPENSATED';

export interface Task {
  readonly requestId: string;
  /** Within its request. */
  readonly key: string;
  readonly name: string;
  readonly kind: TaskKind;
  readonly status: TaskStatus;
  readonly attempts: number;
  readonly nextAttemptAt: Date | null;
  /** For operators: it may name internal systems. */
  readonly lastError: string | null;
  readonly output: JsonObject | null;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

/** What of a task never changes. */
export type PlannedTask = Pick<Task, 'requestId' | 'key' | 'name' | 'kind'>;

/** What may follow what. A status missing from a list is a step that we refuse. */
const successors: Readonly<Record<TaskStatus, readonly TaskStatus[]>> = {
  PENDING: ['RUNNING', 'CANCELLED'],
  RUNNING: ['RETRYING', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'COMPENSATING'],
  RETRYING: ['RUNNING', 'FAILED', 'CANCELLED', 'COMPENSATING'],
  SUCCEEDED: ['COMPENSATING'],
  FAILED: ['COMPENSATING'],
  COMPENSATING: ['COMPENSATED'],
  COMPENSATED: [],
  CANCELLED: [],
};

const finishing: readonly TaskStatus[] = ['SUCCEEDED', 'FAILED', 'CANCELLED', 'COMPENSATED'];

export function advanceTask(task: Task, status: TaskStatus, now: Date): Task | Refusal {
  if (task.status === status) return task; // the same news twice is no news
  if (!successors[task.status].includes(status)) {
    return new Refusal('TASK_STATUS', `A ${task.status} task can't become ${status}.`);
  }
  return {
    ...task,
    status,
    nextAttemptAt: null,
    startedAt: task.startedAt ?? (status === 'RUNNING' ? now : null),
    finishedAt: finishing.includes(status) ? now : null,
  };
}

/** Finished tasks over all, 0 to 1. */
export function progressOf(tasks: readonly Task[]): number {
  if (tasks.length === 0) return 1;
  return tasks.filter(({ status }) => status === 'SUCCEEDED').length / tasks.length;
}

import type { Backoff, RetryPolicy } from './backoff.ts';
import type { JsonObject } from './json.ts';

export type ProvisioningAction = 'CREATE' | 'TERMINATE';
export type TaskKind = 'RESERVE' | 'HTTP' | 'SET';

/** A workflow as data: a list of tasks, done one after the other. */
export interface Template {
  readonly key: string;
  readonly name: string;
  readonly actions: readonly ProvisioningAction[];
  readonly tasks: readonly TemplateTask[];
}

/** A version of a template; it never changes. */
export interface PublishedTemplate extends Template {
  readonly version: number;
  readonly definition: JsonObject;
  readonly publishedAt: Date;
}

export type TemplateTask = ReserveTask | HttpTask | SetTask;

interface TaskBase {
  /** Within its template. */
  readonly key: string;
  readonly name: string;
}

/** Adopts what the purchase has reserved for the order line. */
export interface ReserveTask extends TaskBase {
  readonly kind: 'RESERVE';
}

/**
 * Makes a resource in a downstream system, with the manners of the Open Service Broker API: the caller
 * chooses its id, `202` means that it is being worked on, `lastOperation` says how far it is.
 */
export interface HttpTask extends TaskBase {
  readonly kind: 'HTTP';
  /** The key of the downstream system. */
  readonly system: string;
  readonly request: { readonly method: 'PUT'; readonly path: string; readonly body: JsonObject };
  /** Where the resource is looked up: before it is made again, and until it is finished. */
  readonly lookup: { readonly path: string };
  /** How often it is looked up while it is being worked on. */
  readonly poll: Backoff;
  /** Of one attempt, the polling included. */
  readonly timeoutMs: number;
  readonly retry: RetryPolicy;
  /** What later tasks may draw from, filled from `response`. */
  readonly output: JsonObject;
  readonly undo: Undo | null;
}

/** Removes the resource that the task made. */
export interface Undo extends TaskBase {
  readonly request: { readonly method: 'DELETE'; readonly path: string };
}

/** Sets attributes of the instance. */
export interface SetTask extends TaskBase {
  readonly kind: 'SET';
  readonly attributes: JsonObject;
}

/** An HTTP task that something undoes. */
export interface UndoableTask extends HttpTask {
  readonly undo: Undo;
}

export function isUndoable(task: TemplateTask): task is UndoableTask {
  return task.kind === 'HTTP' && task.undo !== null;
}

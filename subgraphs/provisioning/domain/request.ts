import { Refusal } from '#errors';
import { progressOf, type Task } from './task.ts';
import type { ProvisioningAction } from './template.ts';

export type RequestStatus =
  'PENDING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'COMPENSATING' | 'COMPENSATED' | 'CANCELLED';

export interface ProvisioningFailure {
  readonly code: string;
  /** For the customer. */
  readonly message: string;
  readonly taskKey: string | null;
}

/** One action on one instance, done by a template's tasks. */
export interface ProvisioningRequest {
  readonly id: string;
  readonly ownerId: string;
  readonly orderId: string;
  readonly orderLineId: string;
  readonly instanceId: string;
  readonly action: ProvisioningAction;
  readonly template: TemplateVersion;
  readonly status: RequestStatus;
  /** Finished tasks over all, 0 to 1. */
  readonly progress: number;
  /** Grows with every change. */
  readonly version: number;
  readonly cancelRequestedAt: Date | null;
  readonly failure: ProvisioningFailure | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly finishedAt: Date | null;
  /** In the order in which they run. */
  readonly tasks: readonly Task[];
}

export interface TemplateVersion {
  readonly key: string;
  readonly version: number;
}

/** What may follow what. A status missing from a list is a step that we refuse. */
const successors: Readonly<Record<RequestStatus, readonly RequestStatus[]>> = {
  PENDING: ['RUNNING', 'CANCELLED'],
  RUNNING: ['SUCCEEDED', 'FAILED', 'COMPENSATING', 'CANCELLED'],
  COMPENSATING: ['COMPENSATED', 'CANCELLED'],
  SUCCEEDED: [],
  FAILED: [],
  COMPENSATED: [],
  CANCELLED: [],
};

export function isFinal({ status }: ProvisioningRequest): boolean {
  return successors[status].length === 0;
}

export function advanceRequest(
  request: ProvisioningRequest,
  status: RequestStatus,
  now: Date,
): ProvisioningRequest | Refusal {
  if (request.status === status) return request; // the same news twice is no news
  if (!successors[request.status].includes(status)) {
    return new Refusal('REQUEST_STATUS', `A ${request.status} request can't become ${status}.`);
  }
  const moved = { ...request, status, updatedAt: now };
  return isFinal(moved) ? { ...moved, finishedAt: now } : moved;
}

export function withTask(request: ProvisioningRequest, task: Task, now: Date): ProvisioningRequest {
  const tasks = request.tasks.map((each) => (each.key === task.key ? task : each));
  return { ...request, tasks, progress: progressOf(tasks), updatedAt: now };
}

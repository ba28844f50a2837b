import type { InstanceStatus, ProductInstance } from './instance.ts';
import type { ProvisioningFailure, ProvisioningRequest, RequestStatus } from './request.ts';
import type { Task, TaskStatus } from './task.ts';
import type { ProvisioningAction } from './template.ts';

export type ProvisioningEventType =
  | 'request.created'
  | 'request.started'
  | 'request.cancellation_requested'
  | 'request.succeeded'
  | 'request.failed'
  | 'request.compensating'
  | 'request.compensated'
  | 'request.cancelled'
  | 'task.started'
  | 'task.retrying'
  | 'task.succeeded'
  | 'task.failed'
  | 'task.undoing'
  | 'task.undone'
  | 'instance.activated'
  | 'instance.terminated'
  | 'instance.aborted'
  | 'instance.cancelled';

/** What happened to a request, with its state right after it. */
export interface ProvisioningEvent {
  readonly type: ProvisioningEventType;
  readonly data: ProvisioningEventData;
}

export interface ProvisioningEventData {
  readonly requestId: string;
  readonly action: ProvisioningAction;
  readonly orderId: string;
  readonly orderLineId: string;
  readonly instanceId: string;
  readonly status: RequestStatus;
  readonly progress: number;
  readonly taskKey?: string;
  readonly taskStatus?: TaskStatus;
  readonly instanceStatus?: InstanceStatus;
  readonly failure?: ProvisioningFailure;
  /** For the customer. */
  readonly message: string;
}

export function happened(
  type: ProvisioningEventType,
  request: ProvisioningRequest,
  message: string,
  about: { readonly task?: Task; readonly instance?: ProductInstance } = {},
): ProvisioningEvent {
  const { id, action, orderId, orderLineId, instanceId, status, progress, failure } = request;
  return {
    type,
    data: {
      requestId: id,
      action,
      orderId,
      orderLineId,
      instanceId,
      status,
      progress,
      ...(about.task && { taskKey: about.task.key, taskStatus: about.task.status }),
      ...(about.instance && { instanceStatus: about.instance.status }),
      ...(failure && { failure }),
      message,
    },
  };
}

/** An event in its place in a stream: it never changes. */
export interface RecordedEvent {
  readonly id: string;
  /** 1, 2, 3 … in its stream, without a gap. */
  readonly sequence: number;
  readonly at: Date;
  readonly type: string;
  /** The id of a person, API client or service. */
  readonly actor: string;
  readonly data: ProvisioningEventData;
}

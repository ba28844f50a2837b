import { Refusal } from '#errors';
import type { JsonObject } from './json.ts';

/** As TMF637 has them: CANCELLED before it was started, ABORTED when starting it failed, TERMINATED after it was active. */
export type InstanceStatus =
  | 'CREATED'
  | 'PENDING_ACTIVE'
  | 'ACTIVE'
  | 'PENDING_TERMINATE'
  | 'TERMINATED'
  | 'ABORTED'
  | 'CANCELLED';

/** A product that a customer has. */
export interface ProductInstance {
  readonly id: string;
  readonly ownerId: string;
  readonly orderId: string;
  readonly orderLineId: string;
  readonly sku: string;
  /** As it was when bought. */
  readonly productName: string;
  readonly status: InstanceStatus;
  /** Grows with every change. */
  readonly version: number;
  /** What the customer chose. */
  readonly configuration: JsonObject;
  /** What provisioning found out. */
  readonly attributes: JsonObject;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly activatedAt: Date | null;
  readonly terminatedAt: Date | null;
}

/** What may follow what. A status missing from a list is a step that we refuse. */
const successors: Readonly<Record<InstanceStatus, readonly InstanceStatus[]>> = {
  CREATED: ['PENDING_ACTIVE', 'CANCELLED'],
  PENDING_ACTIVE: ['ACTIVE', 'ABORTED', 'CANCELLED'],
  ACTIVE: ['PENDING_TERMINATE'],
  PENDING_TERMINATE: ['TERMINATED'],
  TERMINATED: [],
  ABORTED: [],
  CANCELLED: [],
};

export function advanceInstance(
  instance: ProductInstance,
  status: InstanceStatus,
  now: Date,
): ProductInstance | Refusal {
  if (instance.status === status) return instance; // the same news twice is no news
  if (!successors[instance.status].includes(status)) {
    return new Refusal('INSTANCE_STATUS', `A ${instance.status} instance can't become ${status}.`);
  }
  return {
    ...instance,
    status,
    updatedAt: now,
    activatedAt: status === 'ACTIVE' ? now : instance.activatedAt,
    terminatedAt: status === 'TERMINATED' ? now : instance.terminatedAt,
  };
}

export function setAttributes(
  instance: ProductInstance,
  attributes: JsonObject,
  now: Date,
): ProductInstance {
  return { ...instance, attributes: { ...instance.attributes, ...attributes }, updatedAt: now };
}

import type { Run } from '#workflow';
import { fillObject } from '../domain/placeholder.ts';
import { both, unchanged, type Change, type Provisioning } from '../domain/change.ts';
import {
  completeTask,
  failTask,
  mayGoOn,
  recordAttributes,
  startTask,
} from '../domain/provisioning.ts';
import type { PlannedTask } from '../domain/task.ts';
import type { WorkerParts } from '../parts.ts';
import type { ProvisioningTransaction } from '../store/transaction.ts';
import { runHttpTask } from './run-http-task.ts';
import { scopeOf, taskInTemplate, templateOf } from './resource-of-task.ts';

/** Does one task to its end. False when it failed, or is not to be done any more. */
export async function runTask(parts: WorkerParts, run: Run, task: PlannedTask): Promise<boolean> {
  switch (task.kind) {
    case 'HTTP':
      return await runHttpTask(parts, run, task);
    case 'RESERVE':
      return await run.step(task.key, () => adoptReservation(parts, task));
    case 'SET':
      return await run.step(task.key, () => setAttributes(parts, task));
  }
}

/** Takes over what the purchase has reserved for the order line; without it, nothing is made. */
async function adoptReservation(parts: WorkerParts, task: PlannedTask): Promise<boolean> {
  const { key, name } = task;
  const now = parts.clock();
  return await runAtOnce(parts, task, async (started, tx) => {
    const { orderLineId, sku } = started.instance;
    const [reservation] = await tx.lockReservations([orderLineId]);
    if (reservation?.sku === sku && reservation.status !== 'RELEASED') {
      return completeTask(started, key, { sku, quantity: reservation.quantity }, now);
    }
    const message = `${name}: nothing is reserved for the order line.`;
    const failure = { code: 'RESERVATION_MISSING', message, taskKey: key };
    const detail = `the reservation is ${JSON.stringify(reservation ?? null)}`;
    return failTask(started, failure, detail, now);
  });
}

async function setAttributes(parts: WorkerParts, task: PlannedTask): Promise<boolean> {
  const { request } = await parts.store.readProvisioning(task.requestId);
  const { attributes } = taskInTemplate(await templateOf(parts, request), task.key, 'SET');
  return await runAtOnce(parts, task, (started) =>
    recordAttributes(started, task.key, fillObject(attributes, scopeOf(started)), parts.clock()),
  );
}

/** Starts and ends a task that needs nobody else, in one transaction. */
async function runAtOnce(
  { store, clock }: WorkerParts,
  { requestId, key }: PlannedTask,
  work: (started: Provisioning, tx: ProvisioningTransaction) => Change | Promise<Change>,
): Promise<boolean> {
  const { request } = await store.change(requestId, async (found, tx) => {
    if (!mayGoOn(found)) return unchanged(found);
    const started = startTask(found, key, 1, clock());
    return both(started, await work(started, tx));
  });
  return request.tasks.find((task) => task.key === key)?.status === 'SUCCEEDED';
}

import type { Principal } from '#auth';
import type { Refusal } from '#errors';
import { makeId } from '#ids';
import { openTermination } from '../domain/opening.ts';
import type { Provisioning } from '../domain/change.ts';
import { requestCancellation } from '../domain/undoing.ts';
import { isFinal } from '../domain/request.ts';
import type { Parts } from '../parts.ts';
import type { ProvisioningTransaction } from '../store/transaction.ts';
import { demandId, demandOrders } from './sibling-command.ts';

export interface CancelProvisioning {
  readonly orderId: string;
  readonly ownerId: string;
  readonly orderLineId: string;
  readonly reason?: string | null;
  readonly idempotencyKey: string;
}

/**
 * Asks what runs for the line to stop and undo itself, and has what was done already undone by requests
 * of its own. A line that is not known yet is marked, so that it can't be started later. True once nothing
 * of it runs or will run; until then, ask again.
 */
export async function cancelProvisioning(
  parts: Parts,
  caller: Principal,
  { idempotencyKey: key, reason = null, ...line }: CancelProvisioning,
): Promise<boolean | Refusal> {
  demandOrders(caller);
  demandId('usr', line.ownerId, 'ownerId');
  demandId('ord', line.orderId, 'orderId', line.ownerId);
  demandId('oln', line.orderLineId, 'orderLineId', line.ownerId);
  // The reason decides nothing: another one is not another input.
  const attempt = { callerId: caller.id, operation: 'cancelProvisioning', key, input: line };
  return await parts.store.command(attempt, async (tx) => {
    const now = parts.clock();
    await tx.lockLine(line, now);
    await tx.cancelLine(line.orderLineId, now);
    const all = await tx.lockRequestsOfLine(line.orderLineId);
    const terminations = new Map(
      all
        .filter(({ request }) => request.action === 'TERMINATE')
        .map(({ request }) => [request.instanceId, request]),
    );
    let isUndone = true;
    for (const found of all.filter(({ request }) => request.action === 'CREATE')) {
      const { request, instance } = found;
      if (request.status === 'SUCCEEDED') {
        const termination = terminations.get(instance.id);
        if (termination === undefined) await openTerminationOf(tx, found, caller.id, now);
        isUndone &&= termination?.status === 'SUCCEEDED';
      } else {
        const change = requestCancellation(found, reason, now);
        await tx.save(change, found, caller.id);
        isUndone &&= isFinal(change.request);
      }
    }
    return isUndone;
  });
}

async function openTerminationOf(
  tx: ProvisioningTransaction,
  found: Provisioning,
  actor: string,
  now: Date,
): Promise<void> {
  const { template: version, ownerId } = found.request;
  const template = await tx.findTemplate(version);
  if (template === null) throw new Error(`template ${version.key} ${version.version} is gone`);
  await tx.open([openTermination(makeId('prq', ownerId, now), found, template, now)], actor);
}

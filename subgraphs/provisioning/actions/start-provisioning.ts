import type { Principal } from '#auth';
import { Refusal } from '#errors';
import { makeId } from '#ids';
import { isJsonObject, type JsonObject } from '../domain/json.ts';
import { openCreation } from '../domain/opening.ts';
import type { Parts } from '../parts.ts';
import { badInput, demandId, demandOrders, demandUnits } from './sibling-command.ts';

export interface StartProvisioning {
  readonly orderId: string;
  readonly ownerId: string;
  readonly orderLineId: string;
  readonly sku: string;
  readonly productName: string;
  readonly quantity: number;
  readonly templateKey: string;
  readonly configuration: unknown;
  readonly idempotencyKey: string;
}

/**
 * Makes an instance and a request for each unit of the line; they, their events and the start of their
 * work are one commit. A line is started once: asked again, it answers with the same requests.
 */
export async function startProvisioning(
  { store, clock }: Parts,
  caller: Principal,
  { idempotencyKey: key, ...input }: StartProvisioning,
): Promise<readonly string[] | Refusal> {
  demandOrders(caller);
  const configuration = demandLine(input);
  const { quantity, templateKey, ...unit } = input;
  const template = await store.findNewestTemplate(templateKey);
  if (template?.actions.includes('CREATE') !== true) {
    const message = `There is no template ${templateKey} that creates anything.`;
    return new Refusal('UNKNOWN_TEMPLATE', message, ['templateKey']);
  }
  const attempt = { callerId: caller.id, operation: 'startProvisioning', key, input };
  return await store.command(attempt, async (tx) => {
    const now = clock();
    const { isCancelled } = await tx.lockLine(unit, now);
    if (isCancelled) {
      const message = 'This order line was cancelled; it is not started any more.';
      return new Refusal('PROVISIONING_CANCELLED', message, ['orderLineId']);
    }
    const started = await tx.lockRequestsOfLine(unit.orderLineId);
    if (started.length > 0) return started.map(({ request }) => request.id);

    const opened = Array.from({ length: quantity }, () => {
      const requestId = makeId('prq', unit.ownerId, now);
      const instanceId = makeId('ins', unit.ownerId, now);
      return openCreation({ requestId, instanceId }, { ...unit, configuration }, template, now);
    });
    await tx.open(opened, caller.id);
    return opened.map(({ request }) => request.id);
  });
}

function demandLine(input: Omit<StartProvisioning, 'idempotencyKey'>): JsonObject {
  const { orderId, ownerId, orderLineId, configuration } = input;
  demandId('usr', ownerId, 'ownerId');
  demandId('ord', orderId, 'orderId', ownerId);
  demandId('oln', orderLineId, 'orderLineId', ownerId);
  demandUnits(input, '');
  if (!isJsonObject(configuration)) throw badInput('configuration', 'give a JSON object');
  return configuration;
}

import type { JsonObject } from '../domain/json.ts';
import { fillObject, fillPath } from '../domain/placeholder.ts';
import type { Provisioning } from '../domain/change.ts';
import type { ProvisioningRequest } from '../domain/request.ts';
import {
  isUndoable,
  type PublishedTemplate,
  type TaskKind,
  type TemplateTask,
} from '../domain/template.ts';
import { makeResource, removeResource, type Outcome } from '../downstream/resource.ts';
import type { WorkerParts } from '../parts.ts';

/** What became of an attempt; what was made is reduced to what the template takes of it. */
export type Attempted =
  Exclude<Outcome, { kind: 'made' }> | { readonly kind: 'made'; readonly output: JsonObject };

/** Makes what the task's template says, from what the request knows now. */
export async function makeResourceOf(
  parts: WorkerParts,
  requestId: string,
  key: string,
  mayExist: boolean,
): Promise<Attempted> {
  const found = await parts.store.readProvisioning(requestId);
  const task = taskInTemplate(await templateOf(parts, found.request), key, 'HTTP');
  const scope = scopeOf(found);
  const order = {
    path: fillPath(task.request.path, scope),
    lookupPath: fillPath(task.lookup.path, scope),
    body: fillObject(task.request.body, scope),
    poll: task.poll,
    timeoutMs: task.timeoutMs,
  };
  const outcome = await makeResource(parts.downstream.system(task.system), order, mayExist);
  if (outcome.kind !== 'made') return outcome;
  return { kind: 'made', output: fillObject(task.output, { response: outcome.resource }) };
}

/** Removes what a task made or may have made. The key is the task's, or its undo's. */
export async function removeResourceOf(
  parts: WorkerParts,
  requestId: string,
  key: string,
): Promise<void> {
  const found = await parts.store.readProvisioning(requestId);
  const template = await templateOf(parts, found.request);
  const task = template.tasks
    .filter(isUndoable)
    .find((each) => each.key === key || each.undo.key === key);
  if (task === undefined) throw new TypeError(`${template.key} has nothing that undoes ${key}.`);
  const scope = scopeOf(found);
  await removeResource(parts.downstream.system(task.system), {
    path: fillPath(task.undo.request.path, scope),
    lookupPath: fillPath(task.lookup.path, scope),
    poll: task.poll,
    timeoutMs: task.timeoutMs,
  });
}

/** The very version with which the request was opened. */
export async function templateOf(
  { store }: WorkerParts,
  { template }: ProvisioningRequest,
): Promise<PublishedTemplate> {
  const found = await store.findTemplate(template);
  if (found === null) throw new TypeError(`There is no ${template.key} ${template.version}.`);
  return found;
}

export function taskInTemplate<Kind extends TaskKind>(
  { key: template, tasks }: PublishedTemplate,
  key: string,
  kind: Kind,
): Extract<TemplateTask, { kind: Kind }> {
  const isThat = (task: TemplateTask): task is Extract<TemplateTask, { kind: Kind }> =>
    task.key === key && task.kind === kind;
  const task = tasks.find(isThat);
  if (task === undefined) throw new TypeError(`${template} has no ${kind} task ${key}.`);
  return task;
}

/** What placeholders draw from. */
export function scopeOf({ request, instance }: Provisioning): JsonObject {
  const { id, sku, productName, configuration } = instance;
  const outputs = request.tasks.map(({ key, output }) => [key, output] as const);
  return {
    order: { id: request.orderId, lineId: request.orderLineId, ownerId: request.ownerId },
    instance: { id, sku, skuParts: sku.split(':'), productName },
    configuration,
    tasks: Object.fromEntries(outputs),
  };
}

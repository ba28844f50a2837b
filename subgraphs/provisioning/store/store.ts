import type { Principal } from '#auth';
import { Refusal } from '#errors';
import {
  createTransact,
  once,
  type Attempt,
  type Bell,
  type NewEvent,
  type Transact,
} from '#events';
import { startWorkflow } from '#workflow';
import type { ProvisioningEvent } from '../domain/event.ts';
import type { ProductInstance } from '../domain/instance.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Change, Provisioning } from '../domain/provisioning.ts';
import type { ProvisioningRequest, TemplateVersion } from '../domain/request.ts';
import type { Reservation, ReservationStatus, StockLevel, StockMove } from '../domain/stock.ts';
import type { PublishedTemplate, Template } from '../domain/template.ts';
import type { PageOfEach } from './children.ts';
import type { Database, Transaction } from './database.ts';
import { findInstances, listInstances, listInstancesOfLines } from './instances.ts';
import { cancelLine, lockLine, type LineKey } from './lines.ts';
import {
  findRequests,
  findRequestsOfLines,
  findRequestsOfOrder,
  listRequestsOfInstances,
  lockProvisioning,
  lockRequestsOfLine,
  readProvisioning,
} from './requests.ts';
import { insertProvisionings, saveProvisioning } from './save-provisioning.ts';
import {
  findStock,
  insertReservations,
  insertStock,
  lockReservations,
  moveStock,
  saveReservations,
  type StockLine,
} from './stock.ts';
import { findTemplate, publishTemplate, TemplateVersions } from './templates.ts';

/** Requests, instances, templates and stock, as the domain knows them. */
export interface ProvisioningStore {
  /** Those of the requests that the caller may see, in any order. */
  findRequests(caller: Principal, ids: readonly string[]): Promise<ProvisioningRequest[]>;
  /** Oldest first. */
  findRequestsOfLines(
    caller: Principal,
    lineIds: readonly string[],
  ): Promise<ProvisioningRequest[]>;
  /** Oldest first. */
  findRequestsOfOrder(caller: Principal, orderId: string): Promise<ProvisioningRequest[]>;
  /** Newest first. */
  listRequestsOfInstances(caller: Principal, page: PageOfEach): Promise<ProvisioningRequest[]>;
  /** Those of the instances that the caller may see, in any order. */
  findInstances(caller: Principal, ids: readonly string[]): Promise<ProductInstance[]>;
  /** Newest first. */
  listInstances(
    caller: Principal,
    page: {
      readonly ownerId: string | null;
      readonly limit: number;
      readonly after: string | null;
    },
  ): Promise<ProductInstance[]>;
  /** Oldest first. */
  listInstancesOfLines(caller: Principal, page: PageOfEach): Promise<ProductInstance[]>;
  findStock(skus: readonly string[]): Promise<StockLevel[]>;
  /** The template in its newest version, or null. */
  findNewestTemplate(key: string): Promise<PublishedTemplate | null>;
  /** The template in that version, or null. */
  findTemplate(template: TemplateVersion): Promise<PublishedTemplate | null>;
  publishTemplate(template: Template, definition: JsonObject, now: Date): Promise<void>;
  /** A request and its instance as they are now, for the workflow that works on them. */
  readProvisioning(requestId: string): Promise<Provisioning>;
  /**
   * Commits what a command of a sibling does, with its events. The key guards against another input
   * alone: the work itself is idempotent by what it names, and is done again. A refusal changes nothing.
   */
  command<Answer>(
    attempt: Attempt,
    work: (tx: ProvisioningTransaction) => Promise<Answer | Refusal>,
  ): Promise<Answer | Refusal>;
  /** Commits what `work` makes of one request and its instance, both locked, with its events. */
  change(
    requestId: string,
    work: (found: Provisioning, tx: ProvisioningTransaction) => Change | Promise<Change>,
  ): Promise<Change>;
  /** For the consumer of others' events, whose position moves in the transaction of the effects. */
  readonly transactSql: Transact<Transaction>;
  /** Makes levels for those of the SKUs that have none, in such a transaction. */
  readonly insertStock: typeof insertStock;
}

export interface ProvisioningTransaction {
  /** Writes reservations for those of the lines that have none, and says which. */
  insertReservations(
    order: { readonly orderId: string; readonly ownerId: string | null },
    lines: readonly (StockLine | Pick<StockLine, 'orderLineId'>)[],
    status: ReservationStatus,
    now: Date,
  ): Promise<ReadonlySet<string>>;
  /** What the lines hold, kept as it is to the end. */
  lockReservations(orderLineIds: readonly string[]): Promise<Reservation[]>;
  saveReservations(
    orderLineIds: readonly string[],
    status: ReservationStatus,
    now: Date,
  ): Promise<void>;
  /** Makes those of the moves for which there is enough, and says of which SKUs. */
  moveStock(moves: readonly StockMove[], now: Date): Promise<ReadonlySet<string>>;
  /** The template in that version, or null. */
  findTemplate(template: TemplateVersion): Promise<PublishedTemplate | null>;
  /** Holds the line to the end, known before or not. */
  lockLine(line: LineKey, now: Date): Promise<{ readonly isCancelled: boolean }>;
  cancelLine(orderLineId: string, now: Date): Promise<void>;
  /** All requests for the line, oldest first, held to the end. */
  lockRequestsOfLine(orderLineId: string): Promise<Provisioning[]>;
  /** Writes new requests, and the instances that they create, and starts their work when this commits. */
  open(opened: readonly Change[], actor: string): Promise<void>;
  /** Writes what differs from `before`, which was locked. */
  save(change: Change, before: Provisioning, actor: string): Promise<void>;
}

export interface ProvisioningStoreOptions {
  readonly database: Database;
  readonly bell: Bell;
  readonly clock: () => Date;
}

/** The domain's name on the bus, and its house's in the workflow engine. */
export const house = 'provisioning';
/** Who acts when a workflow does. */
const ourselves = `svc_${house}`;

export function createProvisioningStore(options: ProvisioningStoreOptions): ProvisioningStore {
  const { database, bell, clock } = options;
  const transact = createTransact<Transaction>({ client: database, bell, source: house, clock });
  const versions = new TemplateVersions();
  return {
    findRequests: (caller, ids) => findRequests(database, caller, ids),
    findRequestsOfLines: (caller, ids) => findRequestsOfLines(database, caller, ids),
    findRequestsOfOrder: (caller, id) => findRequestsOfOrder(database, caller, id),
    listRequestsOfInstances: (caller, page) => listRequestsOfInstances(database, caller, page),
    findInstances: (caller, ids) => findInstances(database, caller, ids),
    listInstances: (caller, page) => listInstances(database, caller, page),
    listInstancesOfLines: (caller, page) => listInstancesOfLines(database, caller, page),
    findStock: (skus) => findStock(database, skus),
    findNewestTemplate: (key) => findTemplate(database, key, null),
    findTemplate: (template) => versions.find(database, template),
    publishTemplate: (template, definition, now) =>
      publishTemplate(database, template, definition, now),
    readProvisioning: (requestId) => readProvisioning(database, requestId),
    command: (attempt, work) =>
      transact(async (tx, append) => {
        const claimed = await once(tx, attempt, () => Promise.resolve(''));
        if (claimed instanceof Refusal) return claimed;
        return await work(provisioningTransaction(tx, append, versions));
      }),
    change: (requestId, work) =>
      transact(async (sql, append) => {
        const tx = provisioningTransaction(sql, append, versions);
        const found = await lockProvisioning(sql, requestId);
        const change = await work(found, tx);
        await tx.save(change, found, ourselves);
        return change;
      }),
    transactSql: transact,
    insertStock,
  };
}

function provisioningTransaction(
  tx: Transaction,
  append: (event: NewEvent) => void,
  versions: TemplateVersions,
): ProvisioningTransaction {
  return {
    insertReservations: (order, lines, status, now) =>
      insertReservations(tx, order, lines, status, now),
    lockReservations: (orderLineIds) => lockReservations(tx, orderLineIds),
    saveReservations: (orderLineIds, status, now) =>
      saveReservations(tx, orderLineIds, status, now),
    moveStock: (moves, now) => moveStock(tx, moves, now),
    findTemplate: (template) => versions.find(tx, template),
    lockLine: (line, now) => lockLine(tx, line, now),
    cancelLine: (orderLineId, now) => cancelLine(tx, orderLineId, now),
    lockRequestsOfLine: (orderLineId) => lockRequestsOfLine(tx, orderLineId),
    open: async (opened, actor) => {
      await insertProvisionings(tx, opened);
      for (const { request, events } of opened) {
        const workflow = request.action === 'CREATE' ? 'provision' : 'terminate';
        await startWorkflow(tx, { house, workflow, subject: request.id });
        for (const event of events) append(toNewEvent(event, actor));
      }
    },
    save: async (change, before, actor) => {
      await saveProvisioning(tx, change, before);
      for (const event of change.events) append(toNewEvent(event, actor));
    },
  };
}

/** An event appears in the streams of its order, its request and its instance. */
function toNewEvent({ type, data }: ProvisioningEvent, actor: string): NewEvent {
  const { orderId, requestId, instanceId } = data;
  const streams = [`order:${orderId}`, `request:${requestId}`, `instance:${instanceId}`];
  return { type, streams, actor, data: { ...data } };
}

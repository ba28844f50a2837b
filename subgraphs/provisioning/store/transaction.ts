import type { NewEvent } from '#events';
import { startWorkflow } from '#workflow';
import type { Change, Provisioning } from '../domain/change.ts';
import type { ProvisioningEvent } from '../domain/event.ts';
import type { TemplateVersion } from '../domain/request.ts';
import type {
  Reservation,
  ReservationStatus,
  StockChange,
  StockLevel,
  StockMove,
} from '../domain/stock.ts';
import type { PublishedTemplate } from '../domain/template.ts';
import type { Transaction } from './database.ts';
import { cancelLine, lockLine, type LineKey } from './lines.ts';
import { lockRequestsOfLine } from './requests.ts';
import { tellAvailability } from './availability-events.ts';
import { insertProvisionings, saveProvisioning } from './save-provisioning.ts';
import {
  countStock,
  insertReservations,
  lockReservations,
  lockStock,
  moveStock,
  saveReservations,
  type StockLine,
} from './stock.ts';
import type { TemplateVersions } from './templates.ts';

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
  moveStock(moves: readonly StockMove[], actor: string, now: Date): Promise<ReadonlySet<string>>;
  /** The levels of those of the SKUs that have one, held to the end. */
  lockStock(skus: readonly string[]): Promise<StockLevel[]>;
  /** Writes what is on hand now of levels that are held; what it was, and why it has changed, is kept. */
  countStock(changes: readonly StockChange[], actor: string, reason: string | null): Promise<void>;
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

/** The domain's name on the bus, and its house's in the workflow engine. */
export const house = 'provisioning';

export function provisioningTransaction(
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
    moveStock: async (moves, actor, now) => {
      const changes = await moveStock(tx, moves, now);
      tellAvailability(append, changes, actor);
      return new Set(changes.map(({ after }) => after.sku));
    },
    lockStock: (skus) => lockStock(tx, skus),
    countStock: async (changes, actor, reason) => {
      await countStock(tx, changes, actor, reason);
      tellAvailability(append, changes, actor);
    },
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

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
import type { Change, Provisioning } from '../domain/change.ts';
import type { ProductInstance } from '../domain/instance.ts';
import type { JsonObject } from '../domain/json.ts';
import type { ProvisioningRequest, TemplateVersion } from '../domain/request.ts';
import type { StockLevel } from '../domain/stock.ts';
import type { PublishedTemplate, Template } from '../domain/template.ts';
import { availabilityEvent } from './availability-events.ts';
import type { PageOfEach } from './children.ts';
import type { Database, Transaction } from './database.ts';
import { findInstances, listInstances, listInstancesOfLines } from './instances.ts';
import {
  findRequests,
  findRequestsOfLines,
  findRequestsOfOrder,
  listRequestsOfInstances,
  lockProvisioning,
  readProvisioning,
} from './requests.ts';
import { findStock, insertStock, listStock, type StockPage } from './stock.ts';
import { createStockReader, type ReadStock } from './stock-reader.ts';
import { findTemplate, publishTemplate, TemplateVersions } from './templates.ts';
import { house, provisioningTransaction, type ProvisioningTransaction } from './transaction.ts';

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
  /** For who watches them: all who ask at one moment share one query. */
  readonly readStock: ReadStock;
  /** By SKU. */
  listStock(page: StockPage): Promise<StockLevel[]>;
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
  /** Commits what a command does, with its events, once for its key. A refusal changes nothing, and frees the key. */
  once(
    attempt: Attempt,
    work: (tx: ProvisioningTransaction) => Promise<Refusal | null>,
  ): Promise<Refusal | null>;
  /** Commits what `work` makes of one request and its instance, both locked, with its events. */
  change(
    requestId: string,
    work: (found: Provisioning, tx: ProvisioningTransaction) => Change | Promise<Change>,
  ): Promise<Change>;
  /** For the consumer of others' events, whose position moves in the transaction of the effects. */
  readonly transactSql: Transact<Transaction>;
  /** Makes levels for those of the SKUs that have none, in such a transaction, and tells what is available of all. */
  stockProducts(
    tx: Transaction,
    append: (event: NewEvent) => void,
    stocked: Stocked,
  ): Promise<void>;
}

/** Products whose variants shall have levels. */
export interface Stocked {
  /** The SKUs of each: what is available is told by product. */
  readonly products: readonly (readonly string[])[];
  /** Of what has no level yet; null where there is no end of it. */
  readonly onHand: number | null;
  readonly now: Date;
}

export interface ProvisioningStoreOptions {
  readonly database: Database;
  readonly bell: Bell;
  readonly clock: () => Date;
}

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
    readStock: createStockReader(database),
    listStock: (page) => listStock(database, page),
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
    once: (attempt, work) =>
      transact(async (tx, append) => {
        const done = await once(tx, attempt, async () => {
          return (await work(provisioningTransaction(tx, append, versions))) ?? '';
        });
        return done instanceof Refusal ? done : null;
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
    stockProducts: async (tx, append, { products, onHand, now }) => {
      const skus = products.flat();
      await insertStock(tx, skus, onHand, now);
      const levels = new Map((await findStock(tx, skus)).map((level) => [level.sku, level]));
      for (const own of products) {
        const told = own.map((sku) => levels.get(sku)).filter((level) => level !== undefined);
        append(availabilityEvent(told, ourselves));
      }
    },
  };
}

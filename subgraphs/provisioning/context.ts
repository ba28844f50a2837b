import type { Principal } from '#auth';
import type { Refusal } from '#errors';
import { connection, inKeyOrder, pageRequest, type Connection } from '#graphql';
import DataLoader from 'dataloader';
import { adjustStock, type AdjustStock } from './actions/adjust-stock.ts';
import { cancelProvisioning, type CancelProvisioning } from './actions/cancel-provisioning.ts';
import { listStock } from './actions/list-stock.ts';
import { allocateStock, releaseStock, type MoveReservations } from './actions/move-reservations.ts';
import { reserveStock, type ReserveStock } from './actions/reserve-stock.ts';
import { setStock, type SetStock } from './actions/set-stock.ts';
import { startProvisioning, type StartProvisioning } from './actions/start-provisioning.ts';
import { watchAvailability } from './actions/watch-availability.ts';
import { toRecordedEvent, watchProvisioning, type Subject } from './actions/watch-provisioning.ts';
import type { AvailabilityUpdate } from './domain/availability.ts';
import type { RecordedEvent } from './domain/event.ts';
import type { ProductInstance } from './domain/instance.ts';
import type { ProvisioningRequest, TemplateVersion } from './domain/request.ts';
import type { StockLevel } from './domain/stock.ts';
import type { PublishedTemplate } from './domain/template.ts';
import type { ProvisioningUpdate } from './domain/update.ts';
import { childLoader, type ChildPage } from './loaders.ts';
import type { Parts } from './parts.ts';

export interface PageArguments {
  readonly first?: number | null;
  readonly after?: string | null;
}

/** All that is given holds of the levels of a list. */
export interface StockFilter {
  readonly skus?: readonly string[] | null;
  readonly availableAtMost?: number | null;
}

/** What the resolvers of one request see: the caller is bound already. */
export interface ProvisioningContext {
  readonly loaders: {
    readonly request: DataLoader<string, ProvisioningRequest | null>;
    readonly instance: DataLoader<string, ProductInstance | null>;
    readonly template: DataLoader<TemplateVersion, PublishedTemplate | null>;
    readonly stock: DataLoader<string, StockLevel | null>;
    /** By the order line's id, oldest first. */
    readonly requestsOfLine: DataLoader<string, ProvisioningRequest[]>;
    readonly instancesOfLine: DataLoader<ChildPage, Connection<ProductInstance>>;
    readonly requestsOfInstance: DataLoader<ChildPage, Connection<ProvisioningRequest>>;
  };
  readonly actions: {
    readonly findTemplate: (
      key: string,
      version: number | null,
    ) => Promise<PublishedTemplate | null>;
    /** The caller's own, or that person's as far as the caller may see them; newest first. */
    readonly listInstances: (
      ownerId: string | null,
      page: PageArguments,
    ) => Promise<Connection<ProductInstance>>;
    readonly listHistory: (
      instanceId: string,
      page: PageArguments,
    ) => Promise<Connection<RecordedEvent>>;
    /** By SKU. */
    readonly listStock: (
      filter: StockFilter | null,
      page: PageArguments,
    ) => Promise<Connection<StockLevel>>;
    readonly setStock: (input: SetStock) => Promise<StockLevel[] | Refusal>;
    readonly adjustStock: (input: AdjustStock) => Promise<StockLevel[] | Refusal>;
    readonly watchProvisioning: (
      subject: Subject,
      since: string | null,
    ) => AsyncIterableIterator<ProvisioningUpdate, void, void>;
    readonly watchAvailability: (
      skus: readonly string[],
      since: string | null,
    ) => AsyncIterableIterator<AvailabilityUpdate, void, void>;
    readonly reserveStock: (input: ReserveStock) => Promise<Refusal | null>;
    readonly releaseStock: (input: MoveReservations) => Promise<Refusal | null>;
    readonly allocateStock: (input: MoveReservations) => Promise<Refusal | null>;
    readonly startProvisioning: (input: StartProvisioning) => Promise<readonly string[] | Refusal>;
    readonly cancelProvisioning: (input: CancelProvisioning) => Promise<boolean | Refusal>;
  };
}

/** Batches, but remembers nothing: a subscription has one context, and each of its events is read anew. */
const forgetful = { cache: false };

export function createContext(parts: Parts, caller: Principal): ProvisioningContext {
  const { store, streams } = parts;
  return {
    loaders: {
      request: new DataLoader(
        async (ids) => inKeyOrder(ids, await store.findRequests(caller, ids), ({ id }) => id),
        forgetful,
      ),
      instance: new DataLoader(
        async (ids) => inKeyOrder(ids, await store.findInstances(caller, ids), ({ id }) => id),
        forgetful,
      ),
      template: new DataLoader(
        (versions) => Promise.all(versions.map((version) => store.findTemplate(version))),
        forgetful,
      ),
      stock: new DataLoader(
        async (skus) => inKeyOrder(skus, await store.findStock(skus), ({ sku }) => sku),
        forgetful,
      ),
      requestsOfLine: new DataLoader(async (lineIds) => {
        const found = await store.findRequestsOfLines(caller, lineIds);
        const byLine = Map.groupBy(found, ({ orderLineId }) => orderLineId);
        return lineIds.map((id) => byLine.get(id) ?? []);
      }, forgetful),
      instancesOfLine: childLoader(
        'instances',
        (page) => store.listInstancesOfLines(caller, page),
        ({ orderLineId }) => orderLineId,
      ),
      requestsOfInstance: childLoader(
        'requests',
        (page) => store.listRequestsOfInstances(caller, page),
        ({ instanceId }) => instanceId,
      ),
    },
    actions: {
      findTemplate: async (key, version) =>
        version === null
          ? await store.findNewestTemplate(key)
          : await store.findTemplate({ key, version }),
      listInstances: async (ownerId, asked) => {
        const page = pageRequest('instances', asked);
        const { limit, after } = page;
        const found = await store.listInstances(caller, { ownerId, limit: limit + 1, after });
        return connection('instances', page, found, ({ id }) => id);
      },
      listHistory: async (instanceId, asked) => {
        const stream = `instance:${instanceId}`;
        const page = pageRequest(stream, asked);
        const found = await streams.page(stream, Number(page.after ?? 0), page.limit + 1);
        return connection(
          stream,
          page,
          found.map(toRecordedEvent),
          ({ sequence }) => `${sequence}`,
        );
      },
      listStock: async (filter, asked) => {
        const page = pageRequest('stock', asked);
        const { skus = null, availableAtMost = null } = filter ?? {};
        const { after, limit } = page;
        const wanted = { skus, availableAtMost, after, limit: limit + 1 };
        return connection('stock', page, await listStock(parts, caller, wanted), ({ sku }) => sku);
      },
      setStock: (input) => setStock(parts, caller, input),
      adjustStock: (input) => adjustStock(parts, caller, input),
      watchProvisioning: (subject, since) => watchProvisioning(parts, caller, subject, since),
      watchAvailability: (skus, since) => watchAvailability(parts, skus, since),
      reserveStock: (input) => reserveStock(parts, caller, input),
      releaseStock: (input) => releaseStock(parts, caller, input),
      allocateStock: (input) => allocateStock(parts, caller, input),
      startProvisioning: (input) => startProvisioning(parts, caller, input),
      cancelProvisioning: (input) => cancelProvisioning(parts, caller, input),
    },
  };
}

import { serviceItself, type Principal } from '#auth';
import { throwAwayDatabase } from '#database';
import { openEvents } from '#events';
import { makeId, makeOwnerlessId } from '#ids';
import type { Parts } from '../parts.ts';
import { openDatabase, type Database } from '../store/database.ts';
import { createProvisioningStore } from '../store/store.ts';
import { house } from '../store/transaction.ts';

/** The house's parts on databases of their own, until disposed. */
export interface Stage extends AsyncDisposable {
  readonly parts: Parts;
  readonly database: Database;
  readonly databaseUrl: string;
  readonly eventsDatabaseUrl: string;
}

export const orders = serviceItself('orders');

export async function openStage(serverUrl: string): Promise<Stage> {
  await using opened = new AsyncDisposableStack();
  const place = opened.use(await throwAwayDatabase(serverUrl, 'provisioning'));
  const log = opened.use(await throwAwayDatabase(serverUrl, 'events'));
  const database = openDatabase(place.url, 12);
  opened.defer(() => database.$disconnect());
  const events = opened.use(
    openEvents({
      source: house,
      databaseUrl: place.url,
      eventsDatabaseUrl: log.url,
      report: console.error,
    }),
  );
  const clock = () => new Date();
  const store = createProvisioningStore({ database, bell: events.bell, clock });
  const { streams, bell, signal } = events;
  const parts: Parts = { store, streams, bell, signal, clock };
  return Object.assign(opened.move(), {
    parts,
    database,
    databaseUrl: place.url,
    eventsDatabaseUrl: log.url,
  });
}

/** A person, signed in by way of the gateway. */
export function person(...scopes: readonly string[]): Principal {
  const id = makeOwnerlessId('usr', new Date());
  return { id, scopes: new Set(scopes), sessionId: null, issuer: 'gateway' };
}

/** Ids such as orders makes for a purchase. */
export function purchase(ownerId: string) {
  const orderId = makeId('ord', ownerId, new Date());
  const orderLineId = makeId('oln', ownerId, new Date());
  return { orderId, ownerId, orderLineId };
}

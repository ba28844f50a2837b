import type { CloudEvent, NewEvent, Sql } from '#events';
import { newest, readStockNews } from '../domain/stock-news.ts';
import { productStockChanged } from '../store/changes.ts';
import { saveStock } from '../store/stock.ts';

/** Keeps what provisioning tells of stock, so that searches know it, and tells of the products that it turned. */
export async function followStock(
  tx: Sql,
  events: readonly CloudEvent[],
  append: (event: NewEvent) => void,
): Promise<void> {
  const told = events.filter(({ type }) => type === 'availability.changed');
  const news = newest(told.flatMap(({ data }) => readStockNews(data)));
  if (news.length === 0) return;
  for (const turned of await saveStock(tx, news)) {
    append(productStockChanged(turned, 'svc_provisioning'));
  }
}

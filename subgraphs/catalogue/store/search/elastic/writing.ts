import { errors, type Client } from '@elastic/elasticsearch';
import type { Select } from '../../database.ts';
import { positionId } from './definition.ts';
import { readDocuments, type ProductDocument } from './documents.ts';

/** How far an index has followed the log of changes. */
export interface Position {
  readonly number: number;
  /** The id of that log's first event: an index follows one log alone. Null while it has none. */
  readonly log: string | null;
}

export interface WritingParts {
  readonly client: Client;
  readonly select: Select;
  /** Hears of a product that Elasticsearch takes no document of. */
  readonly report: (error: unknown) => void;
}

const batchSize = 500;
const batchBytes = 5_000_000;
const batchesAtOnce = 2;

/**
 * Makes an index say what these products are now. `version` is a number of the log that was known before: what
 * an index knows of a product is at least as new as its version, so what is older never replaces it.
 */
export async function writeProducts(
  { client, select, report }: WritingParts,
  alias: string,
  version: number,
  uuids: AsyncIterable<readonly string[]>,
): Promise<void> {
  async function* changes(): AsyncGenerator<Change> {
    for await (const some of uuids) {
      const documents = await readDocuments(select, some);
      const found = new Map(documents.map((document) => [document.id, document]));
      for (const id of some) yield { id, document: found.get(id) ?? null };
    }
  }
  const refused: unknown[] = [];
  const own = { version, version_type: 'external' as const };
  await client.helpers.bulk<Change>({
    datasource: changes(),
    onDocument: ({ id, document }) =>
      document === null
        ? { delete: { _id: id, ...own } }
        : [{ index: { _id: id, ...own } }, document],
    onDrop: ({ status, error, operation }) => {
      // Newer already; or deleted before it was ever there.
      if (status !== 409 && status !== 404) refused.push({ status, error, operation });
    },
    index: alias,
    require_alias: true, // nobody makes an index by writing into one that has gone
    flushBytes: batchBytes,
    concurrency: batchesAtOnce,
  });
  for (const cause of refused) report(new Error('a product is not indexed', { cause }));
}

interface Change {
  readonly id: string;
  /** Null when it is no more. */
  readonly document: ProductDocument | null;
}

/** All at once, for `writeProducts`. */
export async function* inBatches(uuids: readonly string[]): AsyncGenerator<string[]> {
  for (let from = 0; from < uuids.length; from += batchSize) {
    yield await Promise.resolve(uuids.slice(from, from + batchSize));
  }
}

/** Null where there is no such index, or it has not begun. */
export async function readPosition(
  client: Client,
  alias: string,
  timeoutMs?: number,
): Promise<Position | null> {
  const found = await client.get<{ position: number; log: string | null }>(
    { index: alias, id: positionId },
    { ignore: [404], ...(timeoutMs !== undefined && { requestTimeout: timeoutMs, maxRetries: 0 }) },
  );
  const { position, log } = found._source ?? {};
  return position === undefined ? null : { number: position, log: log ?? null };
}

/** Never backwards; what was written before is found from then on. */
export async function writePosition(
  client: Client,
  alias: string,
  { number, log }: Position,
): Promise<void> {
  try {
    await client.index({
      index: alias,
      id: positionId,
      document: { position: number, log },
      version: number,
      version_type: 'external_gte',
      require_alias: true,
      refresh: true,
    });
  } catch (error) {
    const isBehind = error instanceof errors.ResponseError && error.statusCode === 409;
    if (!isBehind) throw error;
  }
}

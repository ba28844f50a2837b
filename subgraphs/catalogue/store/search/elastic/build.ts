import type { Client, estypes } from '@elastic/elasticsearch';
import { countAllProducts, readNextUuids } from './documents.ts';
import { aliasOf, definition, formerIndices } from './definition.ts';
import { endOfLog, followLog, type FollowParts } from './follow.ts';
import { writePosition, writeProducts } from './writing.ts';

export interface BuildOptions {
  /** What the names of indices begin with. */
  readonly indexPrefix: string;
  readonly clock: () => Date;
  /** Hears how many of all products are in the new index. */
  readonly progress: (done: number, total: number) => void;
  /** Gives up when it is aborted; what serves stays. */
  readonly signal: AbortSignal;
  /**
   * Does work while no process lets the serving index follow the log: what one of them read of the old index's
   * position must not be written into the new one.
   */
  readonly whileNobodyFollows: (work: () => Promise<void>) => Promise<void>;
}

const batchSize = 500;
const firstUuid = '00000000-0000-0000-0000-000000000000';

/**
 * Makes a new index of all products beside the one that serves, lets it follow the log to its end, and puts it
 * in the other's place in one step. Only one may build at a time.
 */
export async function buildIndex(parts: FollowParts, options: BuildOptions): Promise<void> {
  const { client, select, streams } = parts;
  const { indexPrefix, clock, progress, signal, whileNobodyFollows } = options;
  const alias = aliasOf(indexPrefix);
  const next = `${alias}-next`;
  await dropUnfinished(client, next);
  const start = await endOfLog(streams);
  const name = `${alias}-${clock().getTime()}`;
  // Nobody searches it yet: it need be neither fresh nor kept twice.
  await createIndex(client, name, next, {
    refresh_interval: -1,
    auto_expand_replicas: 'false',
    number_of_replicas: 0,
  });

  const total = await countAllProducts(select);
  async function* all(): AsyncGenerator<string[]> {
    let [done, after] = [0, firstUuid];
    for (;;) {
      signal.throwIfAborted();
      progress(done, total);
      const uuids = await readNextUuids(select, after, batchSize);
      const last = uuids.at(-1);
      if (last === undefined) return;
      yield uuids;
      done += uuids.length;
      after = last;
    }
  }
  await writeProducts(parts, next, start.number, all());
  await writePosition(client, next, start);
  const catchUp = async () => {
    while ((await followLog(parts, next)) === 'some') signal.throwIfAborted();
  };
  await catchUp();

  const { refresh_interval, auto_expand_replicas } = definition.settings;
  await client.indices.putSettings({
    index: name,
    settings: { refresh_interval, auto_expand_replicas },
  });
  await whileNobodyFollows(async () => {
    await catchUp();
    await client.indices.refresh({ index: name });
    await takeOver(client, { alias, next, name });
  });
  await dropFormer(client, indexPrefix);
}

/** An empty one, with an alias. */
export async function createIndex(
  client: Client,
  name: string,
  alias: string,
  changes: estypes.IndicesIndexSettings = {},
): Promise<void> {
  const { mappings, settings } = definition;
  await client.indices.create({
    index: name,
    mappings,
    settings: { ...settings, ...changes },
    aliases: { [alias]: {} },
  });
}

/** Indices that nobody finished. */
async function dropUnfinished(client: Client, next: string): Promise<void> {
  const left = await client.indices.getAlias({ name: next }, { ignore: [404] });
  const names = Object.keys(left).filter((name) => name.startsWith(next.replace(/next$/, '')));
  if (names.length > 0) await client.indices.delete({ index: names });
}

/** In one step: whoever searches finds the one or the other. */
async function takeOver(
  client: Client,
  { alias, next, name }: { readonly alias: string; readonly next: string; readonly name: string },
): Promise<void> {
  const serving = await client.indices.getAlias({ name: alias }, { ignore: [404] });
  const old = Object.keys(serving).filter((index) => index.startsWith(`${alias}-`));
  await client.indices.updateAliases({
    actions: [
      { remove: { index: name, alias: next } },
      { add: { index: name, alias } },
      ...old.map((index) => ({ remove_index: { index } })),
    ],
  });
}

/** Indices of former definitions: only the last is kept, for processes that know it alone. */
async function dropFormer(client: Client, indexPrefix: string): Promise<void> {
  const all = await client.indices.get({ index: `${indexPrefix}-*`, features: 'aliases' });
  const [, ...old] = formerIndices(indexPrefix, Object.keys(all));
  if (old.length > 0) await client.indices.delete({ index: old });
}

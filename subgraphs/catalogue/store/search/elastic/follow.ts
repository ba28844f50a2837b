import type { Streams } from '#events';
import { rowKey } from '#ids';
import { changes } from '../../changes.ts';
import {
  inBatches,
  readPosition,
  writePosition,
  writeProducts,
  type Position,
  type WritingParts,
} from './writing.ts';

export interface FollowParts extends WritingParts {
  readonly streams: Streams;
}

/** What a look at the log led to: there was nothing new, or some was applied, or the index must be made anew. */
export type Followed = 'nothing' | 'some' | 'lost';

const eventsMax = 500;

/** Applies the changes that come next in the log to the index, by reading anew what changed. */
export async function followLog(parts: FollowParts, alias: string): Promise<Followed> {
  const { client, streams } = parts;
  const position = await readPosition(client, alias);
  if (position === null || position.log !== (await logId(streams))) return 'lost';
  const events = await streams.page(changes, position.number, eventsMax);
  const last = events.at(-1)?.number;
  if (last === undefined) {
    // A log that is shorter than what was followed is another one.
    return position.number > (await streams.lastNumber(changes)) ? 'lost' : 'nothing';
  }
  if (events[0]?.number !== position.number + 1) return 'lost';
  const uuids = events.flatMap(({ event: { data } }) => {
    const { productId } = data;
    const key = typeof productId === 'string' ? rowKey('prd', productId) : undefined;
    return key === undefined ? [] : [key.id];
  });
  await writeProducts(parts, alias, last, inBatches([...new Set(uuids)]));
  await writePosition(client, alias, { ...position, number: last });
  return 'some';
}

/** Where the log ends now. */
export async function endOfLog(streams: Streams): Promise<Position> {
  const number = await streams.lastNumber(changes);
  return { number, log: await logId(streams) };
}

/** What tells it from any other log. */
async function logId(streams: Streams): Promise<string | null> {
  const [first] = await streams.page(changes, 0, 1);
  return first?.event.id ?? null;
}

import { repeat, type Bell } from '#events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { changes } from '../../changes.ts';
import { asOnlyOne } from '../../only-one.ts';
import { buildIndex } from './build.ts';
import { aliasOf } from './definition.ts';
import { endOfLog, followLog, type FollowParts } from './follow.ts';
import { readPosition } from './writing.ts';

export interface FeedParts extends FollowParts {
  readonly pool: Pool;
  readonly indexPrefix: string;
  readonly clock: () => Date;
}

/** Keeps the index as the catalogue is. Any number of processes may run it. */
export interface Feed {
  /** Works until the signal. */
  run(options: RunOptions): Promise<void>;
  /** Makes the index anew beside the one that serves. False when another process is at it. */
  rebuild(signal: AbortSignal, progress: Progress): Promise<boolean>;
  /** Whether the index is known to be of this catalogue: once it runs, and until it is lost. */
  isOurs(): boolean;
  state(): Promise<FeedState>;
}

export interface RunOptions {
  readonly bell: Bell;
  readonly signal: AbortSignal;
  /** Hears when it begins to fail; it is tried again until it works, which `resumed` hears. */
  readonly failed: (error: unknown) => void;
  readonly resumed: () => void;
  /** Called when what is found is no longer what was found before. */
  readonly applied: () => Promise<void>;
  readonly progress: Progress;
}

type Progress = (done: number, total: number) => void;

export interface FeedState {
  /** Whether an index is there and searched. */
  readonly serves: boolean;
  /** Changes that are not in the index yet. */
  readonly lag: number;
  /** How long the first of them has been waiting. */
  readonly lagSeconds: number;
  /** Of an index that this process is making. */
  readonly building: { readonly done: number; readonly total: number } | null;
}

const retryMs = 100;
const stateTimeoutMs = 1_000;

export function createFeed(parts: FeedParts): Feed {
  const { client, pool, streams, indexPrefix, clock } = parts;
  const alias = aliasOf(indexPrefix);
  let isOurs = false;
  let building: FeedState['building'] = null;

  /** Null when another process is at it. */
  const follow = <Answer>(work: () => Promise<Answer>) => asOnlyOne(pool, `follow ${alias}`, work);

  async function rebuild(signal: AbortSignal, progress: Progress): Promise<boolean> {
    const tell = (done: number, total: number) => {
      building = { done, total };
      progress(done, total);
    };
    try {
      const built = await asOnlyOne(pool, `build ${alias}`, async () => {
        const options = { indexPrefix, clock, progress: tell, signal };
        await buildIndex(parts, {
          ...options,
          whileNobodyFollows: async (work) => {
            while (!(await follow(() => work().then(() => true)))) {
              await sleep(retryMs, undefined, { signal });
            }
          },
        });
        return true;
      });
      return built ?? false;
    } finally {
      building = null;
    }
  }

  async function step({ signal, progress, applied }: RunOptions): Promise<boolean> {
    const followed = await follow(() => followLog(parts, alias));
    if (followed !== null) isOurs = followed !== 'lost';
    const isBuilt = followed === 'lost' && (await rebuild(signal, progress));
    if (followed !== 'some' && !isBuilt) return false;
    await applied();
    return true;
  }

  return {
    rebuild,
    isOurs: () => isOurs,
    run: async (options) => {
      const { bell, signal, failed, resumed } = options;
      using grown = bell.listen(changes, signal);
      let isFailing = false;
      const report = (error: unknown) => {
        if (!isFailing) failed(error);
        isFailing = true;
      };
      await repeat(grown, signal, report, async () => {
        const more = await step(options);
        if (isFailing) resumed();
        isFailing = false;
        return more;
      });
    },
    state: async () => {
      const position = await readPosition(client, alias, stateTimeoutMs);
      const end = await endOfLog(streams);
      const [waiting] = await streams.page(changes, position?.number ?? 0, 1);
      const since = waiting === undefined ? 0 : clock().getTime() - Date.parse(waiting.event.time);
      return {
        serves: position !== null,
        lag: end.number - (position?.number ?? 0),
        lagSeconds: Math.max(0, Math.round(since / 1000)),
        building,
      };
    },
  };
}

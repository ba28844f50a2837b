/**
 * Where a cache keeps its values. Each is kept with its tags, and with where the drops stood before it was
 * loaded: it is seen for as long as none of its tags was dropped since. So what was read before a change
 * can't be kept after it, whoever was slow.
 */
export interface CacheStore extends AsyncDisposable {
  /**
   * What is kept under the keys. `claim` leaves it to the caller to load what is not there, for a while: others
   * who ask, in any process, are told so. Where nothing can be kept, nothing is found.
   */
  find(keys: readonly string[], claim: boolean): Promise<Found>;
  /** Keeps what was loaded after `since`: it is found if nothing of it was dropped in between. It never fails. */
  keep(since: string, entries: readonly Entry[]): Promise<void>;
  /**
   * From now on nothing is found that has one of the tags. `position` is the event's that told of it, if an
   * event did. It never fails: where a drop can't be told, nothing is found until it was.
   */
  drop(tags: readonly string[], position: number | null): Promise<void>;
}

export interface Found {
  /** In the order of the keys. */
  readonly states: readonly State[];
  /** Where the drops stood; null when nothing can be kept now. */
  readonly since: string | null;
}

/** What is kept, or that nothing is; then another may have claimed to load it. */
export type State = { readonly value: unknown } | 'missing' | 'claimed';

export interface Entry {
  readonly key: string;
  /** What structured cloning can copy. */
  readonly value: unknown;
  /** Without spaces. */
  readonly tags: readonly string[];
  readonly ttlMs: number;
}

/** So many dropped tags are remembered; what is older than the oldest of them is no longer found. */
export const dropsMax = 10_000;

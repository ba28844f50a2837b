import type { Select } from '../../database.ts';
import { FactDictionary, type Fact } from './fact-dictionary.ts';
import { changedFacts, factColumns } from './product-memory.ts';

/** Keeps all facts in memory, for searches that are not by it: whoever asks has all that was committed before. */
export class FactMemory {
  readonly #select: Select;
  readonly #dictionary = new FactDictionary();
  #loading: Promise<void> | undefined;
  #snapshot = '';

  constructor(select: Select) {
    this.#select = select;
  }

  async current(): Promise<FactDictionary> {
    this.#loading ??= this.#read('all-facts', allSql, []).catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    await this.#loading;
    await this.#read('changed-facts', changedSql, [this.#snapshot]);
    return this.#dictionary;
  }

  async #read(name: string, text: string, values: readonly unknown[]): Promise<void> {
    const [read] = await this.#select<Read>(name, text, values);
    if (read === undefined) throw new TypeError('a statement without a row');
    for (const fact of read.facts) this.#dictionary.put(fact);
    this.#snapshot = read.snapshot; // an older one, when two overlap, has the next read some again
  }
}

interface Read {
  readonly snapshot: string;
  readonly facts: readonly Fact[];
}

const allSql = `
  select pg_current_snapshot()::text as snapshot,
    coalesce((select json_agg(known) from (select ${factColumns} from fact) as known), '[]') as facts`;

const changedSql = `
  select pg_current_snapshot()::text as snapshot, ${changedFacts('$1::pg_snapshot')}`;

import type { ProductStatus } from '../../../domain/product.ts';
import type { Select } from '../../database.ts';
import { FactDictionary, type Fact } from './fact-dictionary.ts';
import { ProductTable } from './product-table.ts';

/** What searches filter and count by, as it is in the database. */
export interface Memory {
  readonly table: ProductTable;
  readonly dictionary: FactDictionary;
}

/** Numbers that are read at once, at first. */
const chunkSize = 20_000;
/** Changed products beyond which all are read anew. */
const changesMax = 20_000;

/**
 * Keeps in memory what searches filter and count by. Whoever asks for it gets all that was committed before:
 * PostgreSQL says which transactions a snapshot of its saw, so what later ones changed, and nothing else, is
 * read each time, in a single statement.
 */
export class ProductMemory {
  readonly #select: Select;
  #loaded: LoadedMemory | undefined;
  /** What reads now, and what will read after that; it is shared by all that asked meanwhile. */
  #reading: Promise<Memory> | undefined;
  #next: Promise<Memory> | undefined;

  constructor(select: Select) {
    this.#select = select;
  }

  /** As it is now; good until something else is awaited. */
  async current(): Promise<Memory> {
    if (this.#reading === undefined) return await this.#read();
    return await (this.#next ??= this.#readAfter(this.#reading));
  }

  async #readAfter(reading: Promise<Memory>): Promise<Memory> {
    await reading.catch(() => undefined); // whoever asked for that one hears of it
    this.#next = undefined;
    return await this.#read();
  }

  async #read(): Promise<Memory> {
    this.#reading = this.#follow();
    try {
      return await this.#reading;
    } finally {
      this.#reading = undefined;
    }
  }

  async #follow(): Promise<Memory> {
    this.#loaded ??= await load(this.#select);
    const changes = await readChanges(this.#select, this.#loaded.snapshot);
    if (changes.products.length > changesMax) {
      this.#loaded = undefined;
      return await this.#follow();
    }
    apply(this.#loaded, changes);
    this.#loaded.snapshot = changes.snapshot;
    this.#loaded.table = this.#loaded.table.compacted();
    return this.#loaded;
  }
}

interface LoadedMemory {
  table: ProductTable;
  readonly dictionary: FactDictionary;
  /** Whose transactions are in it. */
  snapshot: string;
}

async function load(select: Select): Promise<LoadedMemory> {
  const [start] = await select<Changes & { last: number }>('first-snapshot', startSql, []);
  if (start === undefined) throw new TypeError('a statement without a row');
  const { snapshot, last } = start;
  const loaded = { table: new ProductTable(), dictionary: new FactDictionary(), snapshot };
  apply(loaded, start);
  for (let from = 1; from <= last; from += chunkSize) {
    const values = [from, from + chunkSize, snapshot];
    const [chunk] = await select<Changes>('product-chunk', chunkSql, values);
    if (chunk !== undefined) apply(loaded, chunk);
  }
  return loaded;
}

interface Changes {
  readonly snapshot: string;
  readonly facts: readonly Fact[];
  readonly products: readonly ProductRow[];
}

/** What is null, where the product is gone: all but its number. */
type ProductRow = readonly [
  number: number,
  status: ProductStatus | null,
  optionCount: number | null,
  facts: readonly number[] | null,
  offers: readonly OfferRow[] | null,
];

type OfferRow = readonly [
  facts: readonly number[],
  currency: string,
  from: number | null,
  until: number | null,
  amount: number | null,
];

function apply({ table, dictionary }: Memory, { facts, products }: Changes): void {
  for (const fact of facts) dictionary.put(fact);
  const placesOf = (ids: readonly number[]) => ids.map((id) => dictionary.placeOf(id));
  for (const [number, status, optionCount, own, offers] of products) {
    if (status === null) {
      table.remove(number);
      continue;
    }
    table.put({
      number,
      status,
      isManyfold: (optionCount ?? 0) > 1,
      facts: placesOf(own ?? []),
      offers: (offers ?? []).map(([chosen, currency, from, until, amount]) => ({
        facts: placesOf(chosen),
        currency,
        from: from ?? -Infinity,
        until: until ?? Infinity,
        amount,
      })),
    });
  }
}

async function readChanges(select: Select, snapshot: string): Promise<Changes> {
  const [changes] = await select<Changes>('product-changes', changesSql, [snapshot]);
  if (changes === undefined) throw new TypeError('a statement without a row');
  return changes;
}

export const factColumns = 'id, source, name, value, label, number, unit';

/** The ends of time are null, since JSON has no word for them. */
const productColumns = `
  number, status, option_count, facts,
  (
    select json_agg(json_build_array(
      facts, currency,
      case when isfinite(valid_from) then extract(epoch from valid_from) * 1000 end,
      case when isfinite(valid_until) then extract(epoch from valid_until) * 1000 end,
      amount::float8
    ))
    from offer where offer.product_id = product.id
  )`;

const startSql = `
  select pg_current_snapshot()::text as snapshot,
    coalesce((select max(number) from product_number), 0) as last,
    coalesce((select json_agg(known) from (select ${factColumns} from fact) as known), '[]') as facts,
    '[]'::json as products`;

export const changedFacts = (snapshot: string) => `
  coalesce((
    select json_agg(changed) from (
      select ${factColumns} from fact where ${changedSince('fact', snapshot)}
    ) as changed
  ), '[]') as facts`;

/** With the facts that came since the first snapshot: products may name them. */
const chunkSql = `
  select $3::pg_snapshot::text as snapshot, ${changedFacts('$3::pg_snapshot')},
    coalesce((
      select json_agg(json_build_array(${productColumns}))
      from product_number join product on product.id = product_id
      where product_number.number >= $1::int and product_number.number < $2::int
    ), '[]') as products`;

/** By an index, however many there are: a limit makes it the cheapest way to the first of them. */
const changesSql = `
  select pg_current_snapshot()::text as snapshot, ${changedFacts('$1::pg_snapshot')},
    coalesce((
      select json_agg(json_build_array(${productColumns}))
      from (
        select product_id, number from product_number
        where ${changedSince('product_number', '$1::pg_snapshot')}
        order by changed_in limit ${changesMax + 1}
      ) as changed left join product on product.id = product_id
    ), '[]') as products`;

/** What a backup brought from another server may name transactions that this one has yet to begin. */
function changedSince(table: string, snapshot: string): string {
  return `${table}.changed_in >= pg_snapshot_xmin(${snapshot})
    and ${table}.changed_in < pg_snapshot_xmax(pg_current_snapshot())
    and not pg_visible_in_snapshot(${table}.changed_in, ${snapshot})`;
}

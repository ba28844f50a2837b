import type { DatabaseSync } from 'node:sqlite';

/** Records of one kind, each whole in a row, as JSON, in the order in which they came. */
export interface Table<T extends { readonly id: string }> {
  find(id: string): T | undefined;
  add(record: T): void;
  save(record: T): void;
  /** Newest first, and only those whose fields have these values. */
  page(options: PageOptions<T>): { readonly records: T[]; readonly hasMore: boolean };
  /** Those in which a number has been reached. */
  reached(field: keyof T & string, number: number): T[];
}

export interface PageOptions<T> {
  readonly where?: Partial<T>;
  /** Continues after the record with that id. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** Opens a table, or makes it, with an index on each field that is asked for. */
export function openTable<T extends { readonly id: string }>(
  database: DatabaseSync,
  name: string,
  indexed: readonly (keyof T & string)[],
): Table<T> {
  database.exec(
    `create table if not exists ${name} (
       number integer primary key,
       id text not null unique,
       record text not null
     ) strict`,
  );
  for (const field of indexed) {
    database.exec(`create index if not exists ${name}_${field} on ${name} (record ->> '${field}')`);
  }
  const recordOf = (row: Record<string, unknown>) => JSON.parse(String(row['record'])) as T;
  const selectOne = database.prepare(`select record from ${name} where id = ?`);
  const insert = database.prepare(`insert into ${name} (id, record) values (?, ?)`);
  const update = database.prepare(`update ${name} set record = ? where id = ?`);

  return {
    find: (id) => {
      const row = selectOne.get(id);
      return row && recordOf(row);
    },
    add: (record) => {
      insert.run(record.id, JSON.stringify(record));
    },
    save: (record) => {
      update.run(JSON.stringify(record), record.id);
    },
    page: ({ where = {}, after, limit }) => {
      const conditions = Object.keys(where).map((field) => `record ->> '${field}' = ?`);
      const values = Object.values(where) as string[];
      if (after !== undefined) {
        conditions.push(`number < (select number from ${name} where id = ?)`);
        values.push(after);
      }
      const filter = conditions.length > 0 ? `where ${conditions.join(' and ')}` : '';
      const rows = database
        .prepare(`select record from ${name} ${filter} order by number desc limit ?`)
        .all(...values, limit + 1);
      return { records: rows.slice(0, limit).map(recordOf), hasMore: rows.length > limit };
    },
    reached: (field, number) =>
      database
        .prepare(`select record from ${name} where record ->> '${field}' <= ?`)
        .all(number)
        .map(recordOf),
  };
}

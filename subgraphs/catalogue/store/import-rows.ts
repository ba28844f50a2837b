import type { Sql } from '#events';
import { rowKey } from '#ids';
import type { ImportFormat, ImportProblem, JobStatus } from '../domain/catalogue-import.ts';

/** An import as its work needs it, held to the end of the transaction. */
export interface LockedImport {
  readonly id: string;
  readonly format: ImportFormat;
  readonly source: string;
  readonly dryRun: boolean;
  readonly actor: string;
  readonly status: JobStatus;
  readonly isRead: boolean;
  readonly isCutShort: boolean;
  readonly landedKey: string;
}

export interface KeyedRow {
  /** The slug of its product. */
  readonly key: string;
  readonly row: number;
  readonly cells: unknown;
}

/** So many problems of an import are kept; all are counted. */
const problemsMax = 10_000;

export async function lockImport(tx: Sql, id: string): Promise<LockedImport | null> {
  const rows = await tx.$queryRawUnsafe<Omit<LockedImport, 'id'>[]>(
    `select format::text, source, dry_run as "dryRun", actor, status::text, is_read as "isRead",
            is_cut_short as "isCutShort", landed_key as "landedKey"
     from catalogue_import where id = $1::uuid for update`,
    uuidOf(id),
  );
  return rows[0] === undefined ? null : { ...rows[0], id };
}

/** Begins to read the source from its start, and tells the number of this reading. */
export async function restartReading(tx: Sql, id: string, now: Date): Promise<number> {
  await deleteRows(tx, id);
  await tx.$queryRawUnsafe(`delete from import_problem where import_id = $1::uuid`, uuidOf(id));
  const rows = await tx.$queryRawUnsafe<{ reading: number }[]>(
    `update catalogue_import
     set status = 'RUNNING', started_at = coalesce(started_at, $2::timestamptz),
         reading = reading + 1, rows_done = 0, rows_failed = 0
     where id = $1::uuid returning reading`,
    uuidOf(id),
    now.toISOString(),
  );
  await tellWatchers(tx, id);
  return rows[0]?.reading ?? 0;
}

/** False when another reading has begun since, or the import has ended. */
export async function holdReading(tx: Sql, id: string, reading: number): Promise<boolean> {
  const rows = await tx.$queryRawUnsafe<unknown[]>(
    `select from catalogue_import
     where id = $1::uuid and reading = $2 and status = 'RUNNING' and not is_read for update`,
    uuidOf(id),
    reading,
  );
  return rows.length === 1;
}

export async function insertRows(tx: Sql, id: string, rows: readonly KeyedRow[]): Promise<void> {
  await tx.$queryRawUnsafe(
    `insert into import_row (import_id, key, row, cells)
     select $1::uuid, key, row, cells
     from jsonb_to_recordset($2::jsonb) as read(key text, row int, cells jsonb)`,
    uuidOf(id),
    JSON.stringify(rows),
  );
}

/** Counts rows as done, of which those with a problem failed. */
export async function countRows(
  tx: Sql,
  id: string,
  done: number,
  problems: readonly ImportProblem[],
): Promise<void> {
  const failed = new Map(problems.map((problem) => [problem.row, problem]));
  const [count] = await tx.$queryRawUnsafe<{ failed: number }[]>(
    `update catalogue_import set rows_done = rows_done + $2, rows_failed = rows_failed + $3
     where id = $1::uuid returning rows_failed as failed`,
    uuidOf(id),
    done,
    failed.size,
  );
  const before = (count?.failed ?? 0) - failed.size;
  await insertProblems(tx, id, [...failed.values()].slice(0, Math.max(0, problemsMax - before)));
  await tellWatchers(tx, id);
}

export async function insertProblems(
  tx: Sql,
  id: string,
  problems: readonly ImportProblem[],
): Promise<void> {
  if (problems.length === 0) return;
  await tx.$queryRawUnsafe(
    `insert into import_problem (import_id, row, field, code, message)
     select $1::uuid, row, field, code, message
     from jsonb_to_recordset($2::jsonb) as told(row int, field text, code text, message text)
     on conflict do nothing`,
    uuidOf(id),
    JSON.stringify(problems),
  );
}

export async function finishReading(
  tx: Sql,
  id: string,
  { rowsTotal, isCutShort }: { readonly rowsTotal: number; readonly isCutShort: boolean },
): Promise<void> {
  await tx.$queryRawUnsafe(
    `update catalogue_import set is_read = true, is_cut_short = $2, rows_total = $3
     where id = $1::uuid`,
    uuidOf(id),
    isCutShort,
    rowsTotal,
  );
  await tellWatchers(tx, id);
}

/** The rows of the next products, whole: of the last that fits, all or none. */
export interface NextRows {
  readonly rows: readonly KeyedRow[];
  /** Set when a product alone has more rows than may be; `rows` has only some of them then. */
  readonly tooMany: number | null;
}

const bytesMax = 4 * 1024 * 1024;

export async function readNextRows(
  tx: Sql,
  { id, landedKey }: LockedImport,
  rowsMax: number,
): Promise<NextRows> {
  const read = await tx.$queryRawUnsafe<KeyedRow[]>(
    `with next as (
       select key, row, cells from import_row
       where import_id = $1::uuid and key > $2 order by key, row limit $3
     ), measured as (
       select *, sum(octet_length(cells::text)) over (order by key, row) as bytes from next
     )
     select key, row, cells from measured where bytes <= ${bytesMax} order by key, row`,
    uuidOf(id),
    landedKey,
    rowsMax + 1,
  );
  const [last] = await tx.$queryRawUnsafe<{ key: string; count: number }[]>(
    `select key, count(*)::int as count from import_row
     where import_id = $1::uuid and key = $2 group by key`,
    uuidOf(id),
    read.at(-1)?.key ?? '',
  );
  if (last === undefined) return { rows: [], tooMany: null };
  const own = read.filter(({ key }) => key === last.key);
  if (own.length === last.count && own.length <= rowsMax) return { rows: read, tooMany: null };
  if (own.length < read.length) {
    return { rows: read.filter(({ key }) => key !== last.key), tooMany: null };
  }
  return { rows: own, tooMany: last.count };
}

export async function moveOn(tx: Sql, id: string, landedKey: string): Promise<void> {
  await tx.$queryRawUnsafe(
    `update catalogue_import set landed_key = $2 where id = $1::uuid`,
    uuidOf(id),
    landedKey,
  );
}

export async function endImport(tx: Sql, id: string, status: JobStatus, now: Date): Promise<void> {
  await tx.$queryRawUnsafe(
    `update catalogue_import set status = $2::job_status, finished_at = $3::timestamptz
     where id = $1::uuid`,
    uuidOf(id),
    status,
    now.toISOString(),
  );
  await deleteRows(tx, id);
  await tellWatchers(tx, id);
}

/** The name that the bell rings when an import has come further. */
export function importBell(id: string): string {
  return `import:${id}`;
}

async function deleteRows(tx: Sql, id: string): Promise<void> {
  await tx.$queryRawUnsafe(`delete from import_row where import_id = $1::uuid`, uuidOf(id));
}

async function tellWatchers(tx: Sql, id: string): Promise<void> {
  await tx.$queryRawUnsafe(`select pg_notify('stream', $1)::text`, importBell(id));
}

/** Null, which is no row's, of what is no id of an import. */
function uuidOf(id: string): string | null {
  return rowKey('imp', id)?.id ?? null;
}

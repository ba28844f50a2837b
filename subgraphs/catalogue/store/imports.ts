import type { Principal } from '#auth';
import { NotFound, Refusal } from '#errors';
import type { Sql, Transact } from '#events';
import { formatId } from '#ids';
import { startWorkflow } from '#workflow';
import {
  hasEnded,
  type CatalogueImport,
  type ImportFormat,
  type ImportProblem,
} from '../domain/catalogue-import.ts';
import type { Select } from './database.ts';
import { endImport, lockImport } from './import-rows.ts';
import { freshUuid, uuidsOf } from './rows.ts';
import { seesAll } from './visibility.ts';

export interface NewImport {
  readonly format: ImportFormat;
  readonly source: string;
  readonly dryRun: boolean;
}

export interface Page {
  readonly limit: number;
  /** The key of the row before it. */
  readonly after: string | null;
}

/** Imports are seen by those who keep the catalogue. */
export interface ImportStore {
  /** Those that exist and that the caller may see, in any order. */
  findImports(caller: Principal, ids: readonly string[]): Promise<CatalogueImport[]>;
  /** Newest first; a page's key is the import's id. */
  listImports(caller: Principal, page: Page): Promise<CatalogueImport[]>;
  /** In the order of their rows; a page's key is the row. The import is one that the caller may see. */
  listProblems(importId: string, page: Page): Promise<ImportProblem[]>;
  /** Writes a new import, whose work starts when this commits. Gives its id. */
  queueImport(actor: string, input: NewImport): Promise<string>;
  /** The import of the same source that has not ended, or a new one that nobody works at. Gives its id. */
  openImport(actor: string, input: NewImport): Promise<string>;
  /** Stops an import; once it has ended, a refusal. @throws NotFound when there is none. */
  cancelImport(id: string): Promise<null | Refusal>;
}

/** The domain's name in the workflow engine. */
export const house = 'catalogue';
export const importWorkflow = 'import';

interface ImportStoreOptions {
  readonly select: Select;
  readonly transact: Transact<Sql>;
  readonly clock: () => Date;
}

export function createImportStore({ select, transact, clock }: ImportStoreOptions): ImportStore {
  async function read(caller: Principal, name: string, condition: string, values: unknown[]) {
    if (!seesAll(caller)) return [];
    const rows = await select<CatalogueImport>(
      name,
      `select ${importColumns} from catalogue_import where ${condition}`,
      values,
    );
    return rows.map((row) => ({ ...row, id: formatId('imp', row.id) }));
  }

  return {
    findImports: (caller, ids) =>
      read(caller, 'imports-by-id', 'id = any($1::uuid[])', [uuidsOf('imp', ids)]),
    listImports: (caller, { limit, after }) =>
      read(caller, 'imports', '($1::uuid is null or id < $1::uuid) order by id desc limit $2', [
        after === null ? null : uuidsOf('imp', [after])[0],
        limit,
      ]),
    listProblems: async (importId, { limit, after }) =>
      await select<ImportProblem>(
        'import-problems',
        `select row, field, code, message from import_problem
         where import_id = $1::uuid and row > $2 order by row limit $3`,
        [uuidsOf('imp', [importId])[0], Number(after ?? -1), limit],
      ),
    queueImport: async (actor, input) =>
      await transact(async (tx) => {
        const subject = formatId('imp', await insertImport(tx, actor, input, clock()));
        await startWorkflow(tx, { house, workflow: importWorkflow, subject });
        return subject;
      }),
    openImport: async (actor, input) =>
      await transact(async (tx) => {
        const [open] = await tx.$queryRawUnsafe<{ id: string }[]>(
          `select id from catalogue_import
           where source = $1 and format = $2::import_format and dry_run = $3
             and status in ('QUEUED', 'RUNNING')
           order by id limit 1`,
          input.source,
          input.format,
          input.dryRun,
        );
        return formatId('imp', open?.id ?? (await insertImport(tx, actor, input, clock())));
      }),
    cancelImport: async (id) =>
      await transact(async (tx) => {
        const found = await lockImport(tx, id);
        if (found === null) throw new NotFound(id);
        if (found.status === 'CANCELLED') return null; // the same news twice is no news
        if (hasEnded(found)) {
          return new Refusal('IMPORT_ENDED', 'This import has ended already.', ['id']);
        }
        await endImport(tx, id, 'CANCELLED', clock());
        return null;
      }),
  };
}

const importColumns = `
  id, format, source, dry_run as "dryRun", actor, status, rows_total as "rowsTotal",
  rows_done as "rowsDone", rows_failed as "rowsFailed", created_at as "createdAt",
  started_at as "startedAt", finished_at as "finishedAt"`;

async function insertImport(
  tx: Sql,
  actor: string,
  { format, source, dryRun }: NewImport,
  now: Date,
): Promise<string> {
  const id = freshUuid('imp', now);
  await tx.$queryRawUnsafe(
    `insert into catalogue_import (id, format, source, dry_run, actor, status, created_at)
     values ($1::uuid, $2::import_format, $3, $4, $5, 'QUEUED', $6::timestamptz)`,
    id,
    format,
    source,
    dryRun,
    actor,
    now.toISOString(),
  );
  return id;
}

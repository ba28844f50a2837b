/** A bulk import, and how far it has come. */
export interface CatalogueImport {
  readonly id: string;
  readonly format: ImportFormat;
  /** A URL, or the name and hash of a local file. */
  readonly source: string;
  /** Does all but keep what it saves. */
  readonly dryRun: boolean;
  readonly actor: string;
  readonly status: JobStatus;
  /** Null until the source is read. */
  readonly rowsTotal: number | null;
  /** Of which `rowsFailed` failed. */
  readonly rowsDone: number;
  readonly rowsFailed: number;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

export type ImportFormat = 'SHOPIFY_CSV' | 'CLOUD_INSTANCE_CSV' | 'JSON_LINES';
export type JobStatus = 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';

/** Why a row did not land. */
export interface ImportProblem {
  /** As a spreadsheet counts them, the header's being 1; of JSON Lines, the line. */
  readonly row: number;
  /** The column, or the path into the JSON: `variants.0.sku`. */
  readonly field: string | null;
  /** Stable and documented. */
  readonly code: string;
  readonly message: string;
}

export function hasEnded({ status }: Pick<CatalogueImport, 'status'>): boolean {
  return status !== 'QUEUED' && status !== 'RUNNING';
}

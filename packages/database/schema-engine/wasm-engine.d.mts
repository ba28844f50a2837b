/** What `migrate` uses of Prisma's schema engine. */
export interface SchemaEngine {
  applyMigrations(input: object): Promise<{ appliedMigrationNames: string[] }>;
  close(): Promise<void>;
}

export function openEngine(datasource: { readonly url: string }): Promise<SchemaEngine>;

import type { Principal } from '#auth';
import { makeOwnerlessId } from '#ids';
import type { Select } from './database.ts';

/** Uploaded files, in parts, until their time is over: any process may read them, also after a crash. */
export interface ImportFileStore {
  /** Keeps a file whole, or nothing of it. @throws what the bytes throw. */
  keep(actor: string, bytes: AsyncIterable<Uint8Array>): Promise<KeptFile>;
  /** Whether the caller uploaded it, and its time is not over. */
  isKept(caller: Principal, source: string): Promise<boolean>;
  /** In bytes; null when there is no such file. */
  sizeOf(source: string): Promise<number | null>;
  /** Parts are counted from 0; null when there is none. */
  readPart(source: string, number: number): Promise<Uint8Array | null>;
  /** Drops those whose time is over, but for what an import still has to read. */
  dropExpired(): Promise<void>;
}

export interface KeptFile {
  /** What an import names as its source. */
  readonly source: string;
  readonly bytes: number;
  readonly expiresAt: Date;
}

const scheme = 'upload:';

export function isUpload(source: string): boolean {
  return source.startsWith(scheme);
}

const keptMs = 24 * 60 * 60 * 1000;
/** A file that takes longer is none that is still coming: its process is dead. */
const comingMsMax = 10 * 60 * 1000;
/** How much of a file is held at once. */
const partBytes = 1024 * 1024;

interface ImportFileStoreOptions {
  readonly select: Select;
  readonly clock: () => Date;
}

export function createImportFileStore(options: ImportFileStoreOptions): ImportFileStore {
  const { select, clock } = options;
  const inMs = (ms: number) => new Date(clock().getTime() + ms);

  async function keepParts(source: string, bytes: AsyncIterable<Uint8Array>): Promise<KeptFile> {
    let [number, size] = [0, 0];
    for await (const part of inParts(bytes)) {
      await select(
        'import-file-part-new',
        'insert into import_file_part (source, number, bytes) values ($1, $2, $3)',
        [source, number, part],
      );
      number += 1;
      size += part.length;
    }
    const expiresAt = inMs(keptMs);
    const kept = await select(
      'import-file-whole',
      'update import_file set bytes = $2, expires_at = $3::timestamptz where source = $1 returning source',
      [source, size, expiresAt.toISOString()],
    );
    if (kept.length === 0) throw new Error(`${source} took too long to come`);
    return { source, bytes: size, expiresAt };
  }

  return {
    keep: async (actor, bytes) => {
      const source = `${scheme}${makeOwnerlessId('upf', clock())}`;
      await select(
        'import-file-new',
        'insert into import_file (source, actor, expires_at) values ($1, $2, $3::timestamptz)',
        [source, actor, inMs(comingMsMax).toISOString()],
      );
      try {
        return await keepParts(source, bytes);
      } catch (error) {
        const drop = select('import-file-drop', 'delete from import_file where source = $1', [
          source,
        ]);
        await drop.catch(() => undefined); // without a database, it goes when its time is over
        throw error;
      }
    },
    isKept: async ({ id }, source) => {
      const found = await select(
        'import-file-of',
        `select 1 from import_file
         where source = $1 and actor = $2 and bytes is not null and expires_at > $3::timestamptz`,
        [source, id, clock().toISOString()],
      );
      return found.length > 0;
    },
    sizeOf: async (source) => {
      const [found] = await select<{ bytes: number | null }>(
        'import-file-size',
        'select bytes from import_file where source = $1',
        [source],
      );
      return found?.bytes ?? null;
    },
    readPart: async (source, number) => {
      const [found] = await select<{ bytes: Uint8Array }>(
        'import-file-part',
        'select bytes from import_file_part where source = $1 and number = $2',
        [source, number],
      );
      return found?.bytes ?? null;
    },
    dropExpired: async () => {
      await select(
        'import-files-expired',
        `delete from import_file f
         where expires_at <= $1::timestamptz and not exists (
           select 1 from catalogue_import i
           where i.source = f.source and i.status in ('QUEUED', 'RUNNING') and not i.is_read)`,
        [clock().toISOString()],
      );
    },
  };
}

async function* inParts(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer, void, void> {
  let [chunks, size]: [Uint8Array[], number] = [[], 0];
  for await (const chunk of bytes) {
    chunks.push(chunk);
    size += chunk.length;
    if (size < partBytes) continue;
    yield Buffer.concat(chunks);
    [chunks, size] = [[], 0];
  }
  if (size > 0) yield Buffer.concat(chunks);
}

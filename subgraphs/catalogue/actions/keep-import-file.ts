import type { Principal } from '#auth';
import { AppError, BadInput } from '#errors';
import type { Parts } from '../parts.ts';
import type { KeptFile } from '../store/import-files.ts';
import { demandKeeper } from './demand-keeper.ts';

/** Keeps a file that its caller may import. @throws FileTooLarge when it has more than `bytesMax` bytes. */
export async function keepImportFile(
  { importFiles }: Pick<Parts, 'importFiles'>,
  caller: Principal,
  { bytes, bytesMax }: { readonly bytes: AsyncIterable<Uint8Array>; readonly bytesMax: number },
): Promise<KeptFile> {
  demandKeeper(caller);
  return await importFiles.keep(caller.id, within(bytes, bytesMax));
}

async function* within(
  bytes: AsyncIterable<Uint8Array>,
  bytesMax: number,
): AsyncGenerator<Uint8Array, void, void> {
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > bytesMax) throw new FileTooLarge(bytesMax);
    yield chunk;
  }
  if (size === 0) throw new BadInput('file', '`file` is empty: send a file with rows.');
}

class FileTooLarge extends AppError {
  override readonly name = 'FileTooLarge';

  constructor(bytesMax: number) {
    super(
      'CONTENT_TOO_LARGE',
      `The file has more than ${bytesMax} bytes: cut it into several, or let it be read from a URL.`,
    );
  }
}

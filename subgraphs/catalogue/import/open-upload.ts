import type { ImportFileStore } from '../store/import-files.ts';
import { unreadable } from './open-url.ts';
import type { OpenSource } from './read-source.ts';

/** Reads uploaded files, a part at a time. */
export function createUploadSource(
  importFiles: Pick<ImportFileStore, 'sizeOf' | 'readPart'>,
): OpenSource {
  return async function* open(source, signal) {
    const size = await importFiles.sizeOf(source);
    if (size === null) throw gone();
    let read = 0;
    for (let number = 0; read < size; number += 1) {
      signal.throwIfAborted();
      const part = await importFiles.readPart(source, number);
      if (part === null) throw gone();
      read += part.length;
      yield part;
    }
  };
}

function gone() {
  return unreadable('SOURCE_UNAVAILABLE', 'The uploaded file is kept no more: upload it again.');
}

import { isUpload, type ImportFileStore } from '../store/import-files.ts';
import { createUploadSource } from './open-upload.ts';
import { createUrlSource, type UrlSourceOptions } from './open-url.ts';
import type { OpenSource } from './read-source.ts';

export interface SourceOptions extends UrlSourceOptions {
  readonly importFiles: ImportFileStore;
}

/** Reads what an import may name as its source: an uploaded file, or a URL. */
export function createSource({
  importFiles,
  ...options
}: SourceOptions): OpenSource & AsyncDisposable {
  const openUpload = createUploadSource(importFiles);
  const openUrl = createUrlSource(options);
  const open: OpenSource = (source, signal) =>
    isUpload(source) ? openUpload(source, signal) : openUrl(source, signal);
  return Object.assign(open, { [Symbol.asyncDispose]: () => openUrl[Symbol.asyncDispose]() });
}

import type { Authenticate } from '#auth';
import { createErrorFormatter } from '#graphql';
import { problemOf, sendJson, sendProblem, type Logger, type Route } from '#service';
import { keepImportFile } from '../actions/keep-import-file.ts';
import type { Parts } from '../parts.ts';
import { readUpload } from './upload-body.ts';

export interface UploadRouteOptions extends Pick<Parts, 'importFiles'> {
  readonly authenticate: Authenticate;
  /** Of a file. */
  readonly bytesMax: number;
  readonly logger: Logger;
}

/**
 * `POST /api/v1/catalogue-imports/files`, for callers with an internal token: keeps a file that they may import.
 * Answers with what an import calls it, or with problem details.
 */
export function uploadRoute(options: UploadRouteOptions): Route {
  const { importFiles, authenticate, bytesMax, logger } = options;
  const formatError = createErrorFormatter(logger);
  return async (request, response, { pathname }) => {
    if (pathname !== '/api/v1/catalogue-imports/files' || request.method !== 'POST') return false;
    try {
      const caller = await authenticate(request.headers.authorization);
      const bytes = readUpload(request);
      const kept = await keepImportFile({ importFiles }, caller, { bytes, bytesMax });
      sendJson(response, 201, kept);
    } catch (error) {
      if (request.destroyed && !request.complete) return true; // nobody waits for an answer
      request.resume(); // who still sends would not hear the answer
      sendProblem(response, problemOf(formatError({ message: '' }, error)));
    }
    return true;
  };
}

import { BadInput, AppError } from '#errors';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';

/**
 * The file that a request brings, as it comes: its only part, named `file` (RFC 7578), or the body itself. Whoever
 * stops reading leaves the request open, so that it can be answered.
 * @throws WrongMediaType, or BadInput when the parts are others.
 */
export function readUpload(request: IncomingMessage): AsyncIterable<Uint8Array> {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = request.headers;
  const [media = ''] = type.toLowerCase().split(';');
  if (encoding !== 'identity') throw new WrongMediaType();
  if (plainTypes.has(media.trim())) return request.iterator({ destroyOnReturn: false });
  if (media.trim() !== 'multipart/form-data') throw new WrongMediaType();
  return readOnlyPart(request, createParser(type));
}

const plainTypes = new Set(['text/csv', 'application/x-ndjson']);

async function* readOnlyPart(
  request: IncomingMessage,
  parser: BusboyInstance,
): AsyncGenerator<Uint8Array, void, void> {
  const begun = Promise.withResolvers<Readable>();
  const ended = Promise.withResolvers<undefined>();
  const fail = (error: Error) => {
    void begun.promise.then((file) => file.destroy(error));
    ended.reject(error);
  };
  const refuse = () => {
    ended.reject(wrongParts());
  };
  ended.promise.catch(() => undefined); // it is asked when the file is read
  parser.on('file', (name, file) => {
    file.on('error', fail); // also when nobody reads it yet
    if (name === 'file') begun.resolve(file);
    else refuse();
  });
  parser.on('partsLimit', refuse);
  parser.on('fieldsLimit', refuse);
  parser.on('error', () => {
    fail(new BadInput('file', 'The body is not whole, or no multipart/form-data: send it again.'));
  });
  parser.on('finish', () => {
    ended.resolve(undefined);
  });
  const leave = () => {
    if (!request.complete) fail(new Error('the client left before its file was whole'));
  };
  request.once('close', leave);
  request.pipe(parser);
  try {
    const nothing = ended.promise.then(() => {
      throw wrongParts();
    });
    yield* await Promise.race([begun.promise, nothing]);
    await ended.promise;
  } finally {
    request.off('close', leave);
    request.unpipe(parser);
    parser.destroy();
  }
}

function createParser(type: string): BusboyInstance {
  try {
    return new Busboy({ headers: { 'content-type': type }, limits: { parts: 1, fields: 0 } });
  } catch {
    throw new WrongMediaType(); // it lacks a boundary
  }
}

function wrongParts(): BadInput {
  return new BadInput('file', 'Send one part, a file named `file`, and nothing else.');
}

class WrongMediaType extends AppError {
  override readonly name = 'WrongMediaType';

  constructor() {
    super(
      'UNSUPPORTED_MEDIA_TYPE',
      'Send multipart/form-data with one part `file`, or text/csv, or application/x-ndjson; uncompressed.',
    );
  }
}

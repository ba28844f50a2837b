import { readBody, type Problem } from '#service';
import type { IncomingMessage } from 'node:http';
import { bodyBytesMax, isNestedBeyond } from '../http/body.ts';
import { isJson } from '../http/graphql/media-types.ts';

const nestingMax = 100;

/** The members of the JSON object that a request brings, or what is wrong with it. Nothing is an empty one. */
export async function readObject(
  request: IncomingMessage,
): Promise<{ readonly members: Readonly<Record<string, unknown>> } | Problem> {
  const { headers } = request;
  if (Number(headers['content-length'] ?? 0) > bodyBytesMax) return tooLarge;
  const isGiven = headers['content-length'] !== '0' && hasBody(request);
  if (isGiven && !isJson(headers['content-type'])) return wrongType;
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') return wrongType;
  const body = isGiven ? await readBody(request, bodyBytesMax) : Buffer.alloc(0);
  if (body === null) return tooLarge;
  if (body.length === 0) return { members: {} };
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as unknown;
  } catch (cause) {
    return badRequest(
      `The body is not JSON in UTF-8: ${cause instanceof Error ? cause.message : ''}`,
    );
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return badRequest('The body is no JSON object: send {"name": value}.');
  }
  if (isNestedBeyond(json, nestingMax)) {
    return badRequest(`The body is nested more than ${nestingMax} levels deep: flatten it.`);
  }
  return { members: json as Readonly<Record<string, unknown>> };
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}

function badRequest(detail: string): Problem {
  return { status: 400, code: 'BAD_REQUEST', detail };
}

const wrongType: Problem = {
  status: 415,
  code: 'UNSUPPORTED_MEDIA_TYPE',
  detail: 'Send JSON in UTF-8, with `content-type: application/json` and uncompressed.',
};

const tooLarge: Problem = {
  status: 413,
  code: 'CONTENT_TOO_LARGE',
  detail: `The body has more than ${bodyBytesMax} bytes: send less at once.`,
};

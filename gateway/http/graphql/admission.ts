import type { IncomingMessage } from 'node:http';
import type { GraphAnswer } from '../../execution/graph-answer.ts';
import { bodyBytesMax } from '../body.ts';
import { acceptable, isJson, type Accepted } from './media-types.ts';
import { refusal } from './refusal.ts';

/** What is wrong with a request by its method and headers alone; undefined when nothing is. */
export function refuseByHeaders(
  { method, headers }: IncomingMessage,
  accepted: Accepted | undefined,
): GraphAnswer | undefined {
  if (method !== 'POST' && method !== 'GET') return wrongMethod;
  if (accepted === undefined) return notAcceptable;
  if (method === 'GET') return undefined;
  if (!isJson(headers['content-type'])) return wrongType;
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') return wrongEncoding;
  return Number(headers['content-length'] ?? 0) > bodyBytesMax ? tooLarge : undefined;
}

const wrongMethod = refusal(
  405,
  'METHOD_NOT_ALLOWED',
  'Ask by POST, or by GET what changes nothing.',
);

const notAcceptable = refusal(
  406,
  'NOT_ACCEPTABLE',
  `\`Accept\` names nothing that can be had here: accept ${acceptable}.`,
);

const wrongType = refusal(
  415,
  'UNSUPPORTED_MEDIA_TYPE',
  'The body must be JSON in UTF-8: send it with `content-type: application/json`.',
);

const wrongEncoding = refusal(
  415,
  'UNSUPPORTED_MEDIA_TYPE',
  'The body is compressed: send it as it is, without `content-encoding`.',
);

export const tooLarge = refusal(
  413,
  'CONTENT_TOO_LARGE',
  `The body has more than ${bodyBytesMax} bytes: ask for less at once.`,
);

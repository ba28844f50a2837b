import { LRUCache } from 'lru-cache';
import { multipart, sse, type StreamFormat } from '../streams/format.ts';

/** In what form a client takes answers. */
export interface Accepted {
  readonly contentType: string;
  /** Of what says only what is wrong with a document or its variables: old clients expect 200. */
  readonly statusOfRefusals: 200 | 400;
  /** Whether it takes what `@defer` puts off in parts of their own. */
  readonly mayDefer: boolean;
  /** How it takes streams, if it does. */
  readonly stream: StreamFormat | undefined;
  /** Whether it takes an answer in one piece, too. */
  readonly isWholeAccepted: boolean;
}

const jsonType = 'application/json';
const graphqlType = 'application/graphql-response+json';
const deferType = 'multipart/mixed;deferspec=20220824';
const sseType = 'text/event-stream';
const multipartType = 'multipart/mixed;subscriptionspec=1.0';
const headersMax = 1_000;

export const acceptable = `${graphqlType}, ${jsonType}, or, for streams, ${sseType}`;

/** For who does not say what he takes, or nothing that we have. */
export const asJson: Accepted = {
  contentType: `${jsonType}; charset=utf-8`,
  statusOfRefusals: 200,
  mayDefer: false,
  stream: undefined,
  isWholeAccepted: true,
};

const asGraphql: Accepted = {
  ...asJson,
  contentType: `${graphqlType}; charset=utf-8`,
  statusOfRefusals: 400,
};

/** Reads an `Accept` header (RFC 9110, 12.5.1); undefined when nothing that it names can be had. */
export type Negotiate = (accept: string | undefined) => Accepted | undefined;

/** Reads each distinct header once, as long as it is remembered. */
export function createNegotiate(): Negotiate {
  const known = new LRUCache<string, { readonly accepted: Accepted | undefined }>({
    max: headersMax,
  });
  return (accept) => {
    if (accept === undefined || accept === '') return asJson;
    const before = known.get(accept);
    if (before) return before.accepted;
    const accepted = negotiate(accept);
    known.set(accept, { accepted });
    return accepted;
  };
}

function negotiate(accept: string): Accepted | undefined {
  const qualities = qualitiesOf(accept);
  const others = qualities.get('application/*') ?? qualities.get('*/*') ?? 0;
  const json = qualities.get(jsonType) ?? others;
  const graphql = qualities.get(graphqlType) ?? others;
  const mayDefer = (qualities.get(deferType) ?? 0) > 0;
  const takesSse = (qualities.get(sseType) ?? 0) > 0;
  const takesMultipart = (qualities.get(multipartType) ?? 0) > 0;
  const stream = takesSse ? sse : takesMultipart ? multipart : undefined;
  const isWholeAccepted = json > 0 || graphql > 0 || mayDefer;
  if (!isWholeAccepted && !stream) return undefined;
  const isGraphql =
    graphql > json || (graphql === json && graphql > 0 && qualities.has(graphqlType));
  return { ...(isGraphql ? asGraphql : asJson), mayDefer, stream, isWholeAccepted };
}

/** Whether a client takes JSON, by its `Accept` header. */
export function takesJson(accept: string | undefined): boolean {
  if (accept === undefined || accept === '' || accept === '*/*' || accept === jsonType) return true;
  const qualities = qualitiesOf(accept);
  const others = qualities.get('application/*') ?? qualities.get('*/*') ?? 0;
  return (qualities.get(jsonType) ?? others) > 0;
}

/** How much each kind is wanted, from 0 to 1. */
function qualitiesOf(accept: string): ReadonlyMap<string, number> {
  const ranges = accept.toLowerCase().replaceAll(/["\s]/g, '').split(',');
  return new Map(
    ranges.map((range) => {
      const [type = '', ...parameters] = range.split(';');
      const kept = parameters.filter((parameter) => /^(defer|subscription)spec=/.test(parameter));
      const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
      return [[type, ...kept].join(';'), Number(quality ?? 1)];
    }),
  );
}

const json = /^application\/json[\t ]*(?:;|$)/i;
const charset = /;[\t ]*charset[\t ]*=[\t ]*"?([^\t ";]*)/i;

/** Whether a `Content-Type` says JSON, in UTF-8. */
export function isJson(contentType: string | undefined): boolean {
  if (contentType === jsonType) return true;
  if (contentType === undefined || !json.test(contentType)) return false;
  return /^utf-?8$/i.test(charset.exec(contentType)?.[1] ?? 'utf-8');
}

import type { ServerResponse } from 'node:http';
import type { GraphAnswer } from '../../execution/graph-answer.ts';

/** Sends an answer in one piece. */
export function sendWhole(
  response: ServerResponse,
  status: number,
  headers: readonly string[],
  answer: GraphAnswer,
): void {
  const text = `{${membersOf(answer)}}`;
  const bytes = Buffer.byteLength(text);
  response
    .writeHead(status, [...headers, 'content-length', String(bytes)])
    .end(text, bytes === text.length ? 'latin1' : 'utf8'); // ASCII needs no encoding
}

/** What stands between the braces of the JSON. */
export function membersOf({ data, errors }: GraphAnswer): string {
  if (errors.length === 0) return `"data":${data ?? 'null'}`;
  const told = `"errors":${JSON.stringify(errors)}`;
  return data === undefined ? told : `${told},"data":${data}`;
}

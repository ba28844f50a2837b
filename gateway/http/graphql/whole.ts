import type { ServerResponse } from 'node:http';
import { answerText } from '../../execution/answer-text.ts';
import type { GraphAnswer } from '../../execution/graph-answer.ts';

/** Sends an answer in one piece. */
export function sendWhole(
  response: ServerResponse,
  status: number,
  headers: readonly string[],
  answer: GraphAnswer,
): void {
  const text = answerText(answer);
  const bytes = Buffer.byteLength(text);
  response
    .writeHead(status, [...headers, 'content-length', String(bytes)])
    .end(text, bytes === text.length ? 'latin1' : 'utf8'); // ASCII needs no encoding
}

import type { GraphAnswer } from './graph-answer.ts';

/** The JSON of the execution result; its errors come first, as the specification advises. */
export function answerText(answer: Pick<GraphAnswer, 'data' | 'errors'>): string {
  return `{${answerMembers(answer)}}`;
}

/** What stands between the braces of that. */
export function answerMembers({ data, errors }: Pick<GraphAnswer, 'data' | 'errors'>): string {
  if (errors.length === 0) return `"data":${data ?? 'null'}`;
  const told = `"errors":${JSON.stringify(errors)}`;
  return data === undefined ? told : `${told},"data":${data}`;
}

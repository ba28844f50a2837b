import type { GraphAnswer } from './graph-answer.ts';

type Told = Pick<GraphAnswer, 'data' | 'errors' | 'extensions'>;

/** The JSON of the execution result; its errors come first, as the specification advises. */
export function answerText(answer: Told): string {
  return `{${answerMembers(answer)}}`;
}

/** What stands between the braces of that. */
export function answerMembers({ data, errors, extensions }: Told): string {
  const besides = extensions === undefined ? '' : `,"extensions":${JSON.stringify(extensions)}`;
  if (errors.length === 0) return `"data":${data ?? 'null'}${besides}`;
  const told = `"errors":${JSON.stringify(errors)}`;
  return data === undefined ? told : `${told},"data":${data}${besides}`;
}

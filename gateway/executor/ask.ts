import type { FetchNode } from '@apollo/query-planner';
import { compileAnswer, type SubgraphAnswer } from './answer.ts';
import type { AskedObject } from './asked.ts';
import { fail, subgraphError } from './errors.ts';
import type { Json } from './json.ts';
import { compileRequest } from './request.ts';
import type { Run } from './run.ts';
import type { Path } from './targets.ts';

/** The places of the answer that an error of the subgraph speaks of; one that it does not name counts as all. */
export type PlacesOf = (error: Json) => readonly Path[];

/** Sends one fetch and takes down what went wrong. Without an answer there is none to return. */
export type Ask = (run: Run, placesOf: PlacesOf) => Promise<SubgraphAnswer | undefined>;

/** `asked` is what the data of the answer are; `path` leads to where the whole fetch belongs. */
export function compileAsk(fetch: FetchNode, asked: AskedObject, path: Path): Ask {
  const readAnswer = compileAnswer(asked);
  const requestFor = compileRequest(fetch);
  return async (run, placesOf) => {
    try {
      const answer = readAnswer(await run.fetch(requestFor(run.variables)), run.onExtensions);
      for (const error of answer.errors) {
        for (const place of placesOf(error)) run.errors.push(subgraphError(error, place));
      }
      return answer;
    } catch (cause) {
      fail(run, fetch.serviceName, path, cause);
      return undefined;
    }
  };
}

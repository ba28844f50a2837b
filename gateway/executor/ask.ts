import type { FetchNode } from '@apollo/query-planner';
import { GraphQLError } from 'graphql';
import { fail, subgraphError } from './errors.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import type { Run } from './run.ts';
import type { Path } from './targets.ts';

/** The places of the answer that an error of the subgraph speaks of; one that it does not name counts as all. */
export type PlacesOf = (error: Json) => readonly Path[];

export interface SubgraphAnswer {
  readonly data: JsonObject | null;
  readonly errors: readonly Json[];
}

/** Sends one fetch and takes down what went wrong. Without an answer there is none to return. */
export type Ask = (
  run: Run,
  placesOf: PlacesOf,
  representations?: string,
) => Promise<SubgraphAnswer | undefined>;

/** `path` leads to where the whole fetch belongs. */
export function compileAsk(fetch: FetchNode, path: Path): Ask {
  const { serviceName: service, operationKind: kind } = fetch;
  const bodyOf = compileBody(fetch);
  return async (run, placesOf, representations) => {
    try {
      const body = bodyOf(run.variables, representations);
      const given = await run.fetch({ service, kind, body });
      const answer = parse(given);
      for (const error of answer.errors) {
        for (const place of placesOf(error)) run.errors.push(subgraphError(error, place));
      }
      return answer;
    } catch (cause) {
      fail(run, service, path, cause);
      return undefined;
    }
  };
}

type Body = (variables: Run['variables'], representations: string | undefined) => string;

/** Everything that is the same each time is put into text once. */
function compileBody({ operation, operationName, requires, variableUsages = [] }: FetchNode): Body {
  if (requires && variableUsages.includes('representations')) {
    throw new GraphQLError('No variable may have the name "representations".', {
      extensions: { code: 'BAD_USER_INPUT' },
    });
  }
  const name =
    operationName === undefined ? '' : `,"operationName":${JSON.stringify(operationName)}`;
  const head = `{"query":${JSON.stringify(operation)}${name}`;
  const plain = `${head}}`;
  const used = variableUsages.map((variable) => ({
    variable,
    prefix: `${JSON.stringify(variable)}:`,
  }));
  return (variables, representations) => {
    let text = representations === undefined ? '' : `"representations":[${representations}]`;
    for (const { variable, prefix } of used) {
      const value = Object.hasOwn(variables, variable) ? variables[variable] : undefined;
      if (value !== undefined) text += `${text === '' ? '' : ','}${prefix}${JSON.stringify(value)}`;
    }
    return text === '' ? plain : `${head},"variables":{${text}}}`;
  };
}

function parse(given: unknown): SubgraphAnswer {
  const answer: unknown = typeof given === 'string' ? JSON.parse(given) : given;
  if (!isObject(answer)) throw new TypeError('the answer is no object');
  const { data = null, errors = null } = answer;
  if (data !== null && !isObject(data)) throw new TypeError('the data of the answer is no object');
  if (errors !== null && !Array.isArray(errors)) {
    throw new TypeError('the errors of the answer are no list');
  }
  if (data === null && errors === null)
    throw new TypeError('the answer has neither data nor errors');
  return { data, errors: errors ?? [] };
}

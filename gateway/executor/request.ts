import type { FetchNode } from '@apollo/query-planner';
import { GraphQLError } from 'graphql';
import type { SubgraphRequest } from './run.ts';

/** The request of a fetch; `representations` and `others` are JSON, without the brackets around them. */
export type RequestFor = (
  variables: Readonly<Record<string, unknown>>,
  representations?: string,
  others?: string,
) => SubgraphRequest;

/** Everything that is the same each time is put into text once. */
export function compileRequest(fetch: FetchNode): RequestFor {
  const { operation, operationName, variableUsages = [], contextRewrites = [] } = fetch;
  const { serviceName: service, operationKind: kind } = fetch;
  if (fetch.requires && variableUsages.includes('representations')) {
    throw new GraphQLError('No variable may have the name "representations".', {
      extensions: { code: 'BAD_USER_INPUT' },
    });
  }
  const name =
    operationName === undefined ? '' : `,"operationName":${JSON.stringify(operationName)}`;
  const head = `{"query":${JSON.stringify(operation)}${name}`;
  const plain = { service, kind, body: `${head}}` };
  const filled = new Set(contextRewrites.map(({ renameKeyTo }) => renameKeyTo));
  const given = variableUsages.filter((variable) => !filled.has(variable));
  const used = given.map((variable) => ({
    variable,
    prefix: `${JSON.stringify(variable)}:`,
  }));
  return (variables, representations, others) => {
    let text = representations === undefined ? '' : `"representations":[${representations}]`;
    for (const { variable, prefix } of used) {
      const value = Object.hasOwn(variables, variable) ? variables[variable] : undefined;
      if (value !== undefined) text += `${text === '' ? '' : ','}${prefix}${JSON.stringify(value)}`;
    }
    if (others !== undefined) text += `${text === '' ? '' : ','}${others}`;
    return text === '' ? plain : { service, kind, body: `${head},"variables":{${text}}}` };
  };
}

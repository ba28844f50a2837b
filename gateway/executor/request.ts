import type { FetchNode } from '@apollo/query-planner';
import { GraphQLError } from 'graphql';
import type { SubgraphRequest } from './run.ts';

/** The request of a fetch; `own` are variables of its own besides the client's, as members of a JSON object. */
export type RequestFor = (
  variables: Readonly<Record<string, unknown>>,
  own?: string,
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
  // These are among the fetch's own.
  const filled = new Set(contextRewrites.map(({ renameKeyTo }) => renameKeyTo));
  const given = variableUsages.filter((variable) => !filled.has(variable));
  const used = given.map((variable) => ({
    variable,
    prefix: `${JSON.stringify(variable)}:`,
  }));
  return (variables, own = '') => {
    let text = own;
    for (const { variable, prefix } of used) {
      const value = Object.hasOwn(variables, variable) ? variables[variable] : undefined;
      if (value !== undefined) text += `${text === '' ? '' : ','}${prefix}${JSON.stringify(value)}`;
    }
    return text === '' ? plain : { service, kind, body: `${head},"variables":{${text}}}` };
  };
}

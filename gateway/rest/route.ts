import { BadInput } from '#errors';
import type { Route } from '#service';
import type { GraphQLFormattedError, GraphQLSchema } from 'graphql';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { VerifyAccessToken } from '../authority/access-token.ts';
import { authorizationOf } from '../authority/authorization.ts';
import type { Answer } from '../execution/graph-answer.ts';
import { takesJson } from '../http/graphql/media-types.ts';
import { requestIdOf } from '../http/request-id.ts';
import { sendJsonText, sendTagged } from './conditional.ts';
import { openApiOf } from './openapi.ts';
import { basePath, readOperations, type RestOperation } from './operations.ts';
import { linksOf } from './paging.ts';
import { parameterFor, readParameters } from './parameters.ts';
import { isOutage, problemOf, sendProblem, type Problem } from './problem.ts';
import type { RestFile } from './read-files.ts';

export interface RestRouteOptions {
  readonly files: readonly RestFile[];
  /** What clients see of the graph. */
  readonly schema: GraphQLSchema;
  readonly answer: Answer;
  readonly verifyAccessToken: VerifyAccessToken;
  /** How an error is told to clients; what is unexpected is logged. */
  readonly formatError: (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;
}

/**
 * REST at `/api/v1/`: each route is an operation of the graph, answered as one is. Its description is at
 * `/api/v1/openapi.json`.
 * @throws ConfigError that names the file in which an operation is wrong.
 */
export function restRoute(options: RestRouteOptions): Route {
  const { files, schema, answer, verifyAccessToken, formatError } = options;
  const operations = readOperations(files, schema);
  const openApi = JSON.stringify(openApiOf(operations, schema));
  const matchers = operations.map((operation) => ({ operation, match: matcher(operation.path) }));

  /** What is asked for at an address. */
  function find(pathname: string): Found | undefined {
    for (const { operation, match } of matchers) {
      const values = match(pathname);
      if (values) return { operation, values };
    }
    return undefined;
  }

  async function serve(
    { operation, values }: Found,
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
  ): Promise<void> {
    const { parameters, query, root, paging } = operation;
    const authorization = authorizationOf(request.headers);
    const access = await verifyAccessToken(authorization);
    const variables = readParameters(parameters, decoded(values), url.searchParams);
    const requestId = requestIdOf(request);
    const { data, errors } = await answer(
      { query, operationName: undefined, variables },
      { ...access, requestId, authorization },
      { mayMutate: false, mayDefer: false },
    );
    const json = valueIn(data, root.alias?.value ?? root.name.value);
    const [error] = json === undefined ? errors : errors.filter((each) => !isOutage(each));
    if (error) {
      sendProblem(
        response,
        problemOf(error, (argument) => parameterFor(argument, parameters)),
      );
    } else if (json === undefined) {
      sendProblem(response, notFound(url.pathname));
    } else {
      const links = paging ? linksOf(paging, json, url) : '';
      if (links !== '') response.setHeader('link', links);
      if (errors.length > 0) {
        // Whoever is away now leaves null behind, where the schema allows it: nothing to be kept.
        response.setHeader('cache-control', 'no-store');
        sendJsonText(response, json);
        return;
      }
      const visibility = authorization === undefined ? '' : 'private, ';
      response.setHeader('cache-control', `${visibility}no-cache`);
      response.setHeader('vary', 'authorization, cookie');
      sendTagged(request.headers, response, json);
    }
  }

  return async (request, response, url) => {
    const { method, headers } = request;
    const { pathname } = url;
    if (!pathname.startsWith(basePath)) return false;
    response.setHeader('x-request-id', requestIdOf(request));
    const isDescription = pathname === `${basePath}openapi.json`;
    const found = find(pathname);
    if (!found && !isDescription) sendProblem(response, notFound(pathname));
    else if (method !== 'GET' && method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      sendProblem(response, wrongMethod);
    } else if (!takesJson(headers.accept)) sendProblem(response, notAcceptable);
    else if (found) {
      await serve(found, request, response, url).catch((error: unknown) => {
        sendProblem(response, problemOf(formatError({ message: '' }, error)));
      });
    } else {
      response.setHeader('cache-control', 'no-cache');
      sendTagged(headers, response, openApi);
    }
    return true;
  };
}

interface Found {
  readonly operation: RestOperation;
  /** Of the parameters in its path, as the address has them. */
  readonly values: Readonly<Record<string, string>>;
}

function matcher(path: string): (pathname: string) => Readonly<Record<string, string>> | undefined {
  const pattern = path.replaceAll('.', '\\.').replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)');
  const expression = new RegExp(`^${pattern}$`);
  return (pathname) => {
    const match = expression.exec(pathname);
    return match ? (match.groups ?? {}) : undefined;
  };
}

function decoded(values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      try {
        return [name, decodeURIComponent(value)];
      } catch {
        throw new BadInput(name, `\`${name}\` is encoded wrongly: write % as %25.`);
      }
    }),
  );
}

/** The JSON of the only member of an object, unless it is null. */
function valueIn(data: string | undefined, key: string): string | undefined {
  if (data === undefined) return undefined;
  const start = `{"${key}":`;
  const value =
    data.startsWith(start) && data.endsWith('}')
      ? data.slice(start.length, -1)
      : JSON.stringify((JSON.parse(data) as Readonly<Record<string, unknown>> | null)?.[key]);
  return value.trim() === 'null' ? undefined : value;
}

function notFound(pathname: string): Problem {
  return { status: 404, code: 'NOT_FOUND', detail: `There is nothing at ${pathname}.` };
}

const wrongMethod: Problem = {
  status: 405,
  code: 'METHOD_NOT_ALLOWED',
  detail: 'What is here can only be read: ask by GET.',
};

const notAcceptable: Problem = {
  status: 406,
  code: 'NOT_ACCEPTABLE',
  detail: '`Accept` names nothing that can be had here: accept application/json.',
};

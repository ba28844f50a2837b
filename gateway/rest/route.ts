import { BadInput } from '#errors';
import { problemOf, sendProblem, type Problem, type Route } from '#service';
import type { GraphQLFormattedError, GraphQLSchema } from 'graphql';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { VerifyAccessToken } from '../authority/access-token.ts';
import { authorizationOf } from '../authority/authorization.ts';
import type { Answer } from '../execution/graph-answer.ts';
import { takesJson } from '../http/graphql/media-types.ts';
import { languagesOf } from '../http/languages.ts';
import { requestIdOf } from '../http/request-id.ts';
import { readObject } from './body.ts';
import { sendJsonText, sendTagged } from './conditional.ts';
import { openApiOf } from './openapi.ts';
import { basePath, readOperations, type RestOperation } from './operations.ts';
import { linksOf } from './paging.ts';
import { parameterFor, readParameters } from './parameters.ts';
import { readPayload } from './payload.ts';
import { isOutage } from './problem.ts';
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
  const find = createFind(operations);

  async function serve(
    { operation, values }: Found,
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
  ): Promise<void> {
    const { method, parameters, query, root, outcome, paging } = operation;
    const authorization = authorizationOf(request.headers);
    const access = await verifyAccessToken(authorization);
    const isRead = method === 'GET';
    const body = isRead ? { members: {} } : await readObject(request);
    if (!('members' in body)) {
      sendProblem(response, body);
      return;
    }
    const inPath = decoded(values);
    const given = { inPath, search: url.searchParams, members: body.members };
    const variables = readParameters(parameters, given);
    const requestId = requestIdOf(request);
    const { data, errors } = await answer(
      { query, operationName: undefined, variables },
      { ...access, requestId, authorization, languages: languagesOf(request.headers) },
      { mayMutate: !isRead, mayDefer: false },
    );
    const value = valueIn(data, root.alias?.value ?? root.name.value);
    const [error] = value === undefined ? errors : errors.filter((each) => !isOutage(each));
    if (error) {
      const nameOf = (argument: string) => parameterFor(argument, parameters);
      sendProblem(response, problemOf(error, nameOf));
      return;
    }
    const json =
      value !== undefined && outcome.key !== undefined
        ? readPayload(value, outcome.key, parameters)
        : value;
    if (typeof json !== 'string') {
      sendProblem(response, json ?? notFound(url.pathname));
      return;
    }
    const links = paging ? linksOf(paging, json, url) : '';
    if (links !== '') response.setHeader('link', links);
    if (!isRead || errors.length > 0) {
      // Whoever is away now leaves null behind, where the schema allows it: nothing to be kept.
      response.setHeader('cache-control', 'no-store');
      sendJsonText(response, json);
      return;
    }
    const visibility = authorization === undefined ? '' : 'private, ';
    response.setHeader('cache-control', `${visibility}no-cache`);
    response.setHeader('vary', 'authorization, cookie, accept-language');
    sendTagged(request.headers, response, json);
  }

  return async (request, response, url) => {
    const { headers } = request;
    const { pathname } = url;
    if (!pathname.startsWith(basePath)) return false;
    response.setHeader('x-request-id', requestIdOf(request));
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const isDescription = pathname === `${basePath}openapi.json`;
    const there = find(pathname);
    const allowed = isDescription ? ['GET'] : there.map(({ operation }) => operation.method);
    const found = there.find(({ operation }) => operation.method === method);
    if (allowed.length === 0) sendProblem(response, notFound(pathname));
    else if (!allowed.some((each) => each === method)) {
      const names = allowed.flatMap((each) => (each === 'GET' ? ['GET', 'HEAD'] : [each]));
      response.setHeader('allow', names.join(', '));
      sendProblem(response, wrongMethod(names));
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

/** Finds what can be asked at an address: operations of the same path, each by another method. */
function createFind(operations: readonly RestOperation[]): (pathname: string) => readonly Found[] {
  const matchers = operations.map((operation) => {
    const { path } = operation;
    const pattern = path.replaceAll('.', '\\.').replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)');
    return { operation, expression: new RegExp(`^${pattern}$`) };
  });
  return (pathname) => {
    const found = matchers.flatMap(({ operation, expression }) => {
      const match = expression.exec(pathname);
      return match ? [{ operation, values: { ...match.groups } }] : [];
    });
    // The most particular path has it.
    return found.filter(({ operation }) => operation.path === found[0]?.operation.path);
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

function wrongMethod(allowed: readonly string[]): Problem {
  const detail = `Ask by ${allowed.join(' or ')} here.`;
  return { status: 405, code: 'METHOD_NOT_ALLOWED', detail };
}

const notAcceptable: Problem = {
  status: 406,
  code: 'NOT_ACCEPTABLE',
  detail: '`Accept` names nothing that can be had here: accept application/json.',
};

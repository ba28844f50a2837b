import { isUtf8 } from 'node:buffer';
import type { GraphAnswer, GraphRequest } from '../../execution/graph-answer.ts';
import { isNestedBeyond } from '../body.ts';
import { badRequest, refusal } from './refusal.ts';

type Parameters = Readonly<
  Partial<Record<'query' | 'operationName' | 'variables' | 'extensions', unknown>>
>;

const remedy = 'send {"query": "…", "variables": {…}, "operationName": "…"}.';
const nestingMax = 500;

/** What the body of a POST asks, or what is wrong with it. */
export function fromBody(body: Buffer): GraphRequest | GraphAnswer {
  if (body.length === 0) return badRequest(`The body is empty: ${remedy}`);
  if (!isUtf8(body)) return badRequest('The body is not UTF-8: encode the JSON so.');
  const text = body.toString();
  const json = parseJson(text);
  if (json instanceof Error) return badRequest(`The body is not JSON (${json.message}): ${remedy}`);
  if (Array.isArray(json)) {
    return badRequest('The body is a list: send each operation in a request of its own.');
  }
  if (!isRecord(json)) return badRequest(`The body is no JSON object: ${remedy}`);
  return toRequest(json, text.length);
}

/** What a GET asks, or what is wrong with it. */
export function fromSearch(search: string): GraphRequest | GraphAnswer {
  const given = new URLSearchParams(search);
  for (const name of ['query', 'operationName', 'variables', 'extensions']) {
    if (given.getAll(name).length > 1) return badRequest(`\`${name}\` is given twice: send one.`);
  }
  const query = given.get('query') ?? undefined;
  const variables = parseJson(given.get('variables') ?? 'null');
  const extensions = parseJson(given.get('extensions') ?? 'null');
  for (const [name, json] of Object.entries({ variables, extensions })) {
    if (!(json instanceof Error)) continue;
    return badRequest(`\`${name}\` is not JSON (${json.message}): send an object.`);
  }
  const operationName = given.get('operationName');
  return toRequest({ query, operationName, variables, extensions }, search.length);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    return error;
  }
}

/** `length` is that of the JSON. */
function toRequest(parameters: Parameters, length: number): GraphRequest | GraphAnswer {
  const { query } = parameters;
  // A name can't be empty, and forms send what they have no value for so.
  const operationName = parameters.operationName ?? '';
  const variables = parameters.variables ?? {};
  const extensions = parameters.extensions ?? {};
  if (!isRecord(extensions)) {
    return badRequest('`extensions` is no object: send one, or leave it out.');
  }
  if (query === undefined || query === null) return withoutQuery(extensions);
  if (typeof query !== 'string') return badRequest('`query` is no string: send the operation so.');
  if (typeof operationName !== 'string') {
    return badRequest('`operationName` is no string: send a name, or leave it out.');
  }
  if (!isRecord(variables)) {
    return badRequest('`variables` is no object: send {"name": value}, or leave it out.');
  }
  // What is short can't be nested so deeply.
  if (length > 2 * nestingMax && isNestedBeyond(variables, nestingMax)) {
    return badRequest(`\`variables\` is nested more than ${nestingMax} levels deep: flatten it.`);
  }
  return { query, operationName: operationName === '' ? undefined : operationName, variables };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function withoutQuery(extensions: Readonly<Record<string, unknown>>): GraphAnswer {
  if (!Object.hasOwn(extensions, 'persistedQuery')) {
    return badRequest('`query` is missing: send the operation as a string.');
  }
  return refusal(
    400,
    'PERSISTED_QUERY_NOT_SUPPORTED',
    'No queries are kept here by their hash: send `query` itself.',
  );
}

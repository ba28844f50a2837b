import { HeaderMap, type ApolloServer, type BaseContext } from '@apollo/server';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody, sendJson } from './http-server.ts';

const bodyBytesMax = 10 * 1024 * 1024;

/** Answers one GraphQL-over-HTTP request by an Apollo server, in the caller's context. */
export async function answerGraphql<Context extends BaseContext>(
  apollo: ApolloServer<Context>,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  context: Context,
): Promise<void> {
  const body = await readBody(request, bodyBytesMax);
  if (body === null) {
    refuse(response, 413, `The body has more than ${bodyBytesMax} bytes.`);
    return;
  }
  const parsed = parseBody(request, body);
  if (parsed === undefined) {
    refuse(response, 400, 'The body is not JSON: send {"query": "…", "variables": {…}}.');
    return;
  }
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const answer = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: request.method ?? 'GET',
      headers,
      search: url.search,
      body: parsed.value,
    },
    context: () => Promise.resolve(context),
  });
  for (const [name, value] of answer.headers) response.setHeader(name, value);
  response.statusCode = answer.status ?? 200;
  if (answer.body.kind === 'complete') response.end(answer.body.string);
  else {
    for await (const chunk of answer.body.asyncIterator) response.write(chunk);
    response.end();
  }
}

/** The JSON, or nothing for another content type (Apollo answers for that one), or undefined when it is broken. */
function parseBody(request: IncomingMessage, body: Buffer): { value: unknown } | undefined {
  if (body.length === 0) return { value: undefined };
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/(graphql-response\+)?json\b/i.test(type)) return { value: {} };
  try {
    return { value: JSON.parse(body.toString()) as unknown };
  } catch {
    return undefined;
  }
}

function refuse(response: ServerResponse, status: number, message: string): void {
  sendJson(response, status, { errors: [{ message, extensions: { code: 'BAD_REQUEST' } }] });
}

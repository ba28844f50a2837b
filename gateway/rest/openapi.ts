import { problemType } from '#service';
import type { GraphQLSchema } from 'graphql';
import type { Components, JsonSchema } from './json-schema.ts';
import type { RestOperation } from './operations.ts';
import type { Paging } from './paging.ts';
import type { Parameter } from './parameters.ts';
import { problemSchema } from './problem.ts';
import { inputSchema, outputSchema } from './type-schemas.ts';

/** Of every list of the graph. */
const pageSizeMax = 100;

/** The OpenAPI 3.1 document of these routes. */
export function openApiOf(operations: readonly RestOperation[], schema: GraphQLSchema): JsonSchema {
  const components: Components = new Map([['Problem', problemSchema]]);
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const operation of operations) {
    const described = describe(operation, schema, components);
    (paths[operation.path] ??= {})[operation.method.toLowerCase()] = described;
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Quartermaster',
      version: '1',
      description:
        'What of the graph is had by REST. Enumerations may grow, and objects may get more properties: let your client pass over what it does not know.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{}, { accessToken: [] }, { accessCookie: [], csrfHeader: [] }],
    paths,
    components: {
      schemas: Object.fromEntries(components),
      responses: {
        NotModified: { description: 'It is as `If-None-Match` has it.' },
        Problem: {
          description: 'There is no answer, and this is why.',
          content: { [problemType]: { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
      securitySchemes: {
        accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        accessCookie: { type: 'apiKey', in: 'cookie', name: '__Host-access' },
        csrfHeader: { type: 'apiKey', in: 'header', name: 'apollo-require-preflight' },
      },
    },
  };
}

function describe(
  operation: RestOperation,
  schema: GraphQLSchema,
  components: Components,
): JsonSchema {
  const { name, method, parameters, rootField, paging, fragments } = operation;
  const { type, selected } = operation.outcome;
  const problem = { $ref: '#/components/responses/Problem' };
  // A root that is null is no answer.
  const answer = outputSchema(type, selected, { schema, fragments, components });
  const description = operation.description || (rootField.description ?? '');
  const inBody = parameters.filter(({ place }) => place === 'body');
  const isRead = method === 'GET';
  return {
    operationId: name,
    summary: description.split(/(?<=\.) /)[0],
    description,
    parameters: parameters
      .filter((parameter) => !inBody.includes(parameter))
      .map((parameter) => parameterObject(parameter, paging, components)),
    ...(inBody.length > 0 && { requestBody: bodyObject(inBody, components) }),
    responses: {
      200: {
        description: 'The answer.',
        ...(isRead && { headers: headersOf(paging) }),
        content: { 'application/json': { schema: answer } },
      },
      ...(isRead && { 304: { $ref: '#/components/responses/NotModified' } }),
      400: problem,
      401: problem,
      403: problem,
      404: problem,
      406: problem,
      ...(!isRead && { 409: problem, 413: problem, 415: problem, 422: problem }),
      503: problem,
      default: problem,
    },
  };
}

function headersOf(paging: Paging | undefined): JsonSchema {
  return {
    ETag: { description: 'For `If-None-Match`.', schema: { type: 'string' } },
    ...(paging && {
      Link: {
        description: 'The addresses of other pages (RFC 8288): `first`, `prev`, `next`.',
        schema: { type: 'string' },
      },
    }),
  };
}

function bodyObject(parameters: readonly Parameter[], components: Components): JsonSchema {
  const required = parameters.filter(({ isRequired }) => isRequired).map(({ name }) => name);
  const schema = {
    type: 'object',
    properties: Object.fromEntries(
      parameters.map(({ name, type, description, defaultValue }) => [
        name,
        {
          ...inputSchema(type, components),
          ...(description !== '' && { description }),
          ...(defaultValue !== undefined && { default: defaultValue }),
        },
      ]),
    ),
    required,
    additionalProperties: false,
  };
  return { required: required.length > 0, content: { 'application/json': { schema } } };
}

function parameterObject(
  { name, place, description, type, form, isRequired, defaultValue }: Parameter,
  paging: Paging | undefined,
  components: Components,
): JsonSchema {
  const schema = {
    ...inputSchema(type, components),
    ...((name === paging?.first || name === paging?.last) && { minimum: 1, maximum: pageSizeMax }),
    ...(defaultValue !== undefined && { default: defaultValue }),
  };
  return {
    name,
    in: place,
    ...(description !== '' && { description }),
    required: isRequired,
    ...(form === 'json' ? { content: { 'application/json': { schema } } } : { schema }),
  };
}

import { validate } from '@readme/openapi-parser';
import { expect, test } from 'vitest';
import { compose } from '../fixtures/compose.ts';
import { composeSupergraph } from '../supergraph/compose.ts';
import { buildSupergraph } from '../supergraph/supergraph.ts';
import { openApiOf } from './openapi.ts';
import { readOperations } from './operations.ts';
import { readRestFiles, type RestFile } from './read-files.ts';

function openApi(sdl: string, files: readonly RestFile[]) {
  const { publicSchema } = buildSupergraph(sdl);
  return openApiOf(readOperations(files, publicSchema), publicSchema);
}

test('what we serve is described by a valid document', async () => {
  const document = openApi(await composeSupergraph(), await readRestFiles());
  // The validator puts what is referred to into its place.
  expect(await validate(structuredClone(document) as never)).toMatchObject({ valid: true });
  expect(Object.keys(document['paths'] as object)).toEqual(
    expect.arrayContaining([
      '/api/v1/products',
      '/api/v1/products/{slug}',
      '/api/v1/variants/{sku}',
    ]),
  );
});

test('types of parameters and of what is selected are told', async () => {
  const types = `
    type Query { find("What is sought." where: Where!, sizes: [Float!], kind: Kind = SHOE): [Thing!] }
    input Where { name: String! inner: Where }
    enum Kind { SHOE HAT }
    interface Thing { id: ID! kind: Kind }
    type Shoe implements Thing { id: ID! kind: Kind "In EU sizes." size: Float related: [Shoe] }
    type Hat implements Thing { id: ID! kind: Kind }
  `;
  const text = `
    query Find($where: Where!, $sizes: [Float!], $kind: Kind = HAT) @get(path: "/api/v1/things") {
      find(where: $where, sizes: $sizes, kind: $kind) {
        name: id
        kind
        ... on Shoe { ...Sized }
      }
    }
    fragment Sized on Shoe { size related { ...Other } }
    fragment Other on Shoe { id }
  `;
  const document = openApi(compose({ shop: types }), [{ name: 'things.graphql', text }]);
  expect(await validate(structuredClone(document) as never)).toMatchObject({ valid: true });
  expect(document).toMatchObject({
    paths: {
      '/api/v1/things': {
        get: {
          operationId: 'Find',
          parameters: [
            {
              name: 'where',
              in: 'query',
              required: true,
              description: 'What is sought.',
              content: { 'application/json': { schema: { $ref: '#/components/schemas/Where' } } },
            },
            {
              name: 'sizes',
              required: false,
              schema: { type: 'array', items: { type: 'number' } },
            },
            { name: 'kind', schema: { type: 'string', enum: ['SHOE', 'HAT'], default: 'HAT' } },
          ],
          responses: {
            200: {
              content: {
                'application/json': {
                  schema: {
                    type: 'array',
                    items: {
                      type: 'object',
                      properties: {
                        name: { type: 'string' },
                        kind: { type: ['string', 'null'], enum: ['SHOE', 'HAT', null] },
                        size: { type: ['number', 'null'], description: 'In EU sizes.' },
                        related: {
                          type: ['array', 'null'],
                          items: {
                            anyOf: [{ $ref: '#/components/schemas/Other' }, { type: 'null' }],
                          },
                        },
                      },
                      required: ['name', 'kind'],
                    },
                  },
                },
              },
            },
          },
        },
      },
    },
    components: {
      schemas: {
        Where: {
          properties: { inner: { $ref: '#/components/schemas/Where' } },
          required: ['name'],
        },
        Other: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
      },
    },
  });
});

test('what changes something is told with its body', async () => {
  const types = `
    type Query { shoe: Int }
    type Mutation { buy(input: Buy!): Sale }
    input Buy { id: ID! "In EU sizes." size: Float }
    type Sale { price: Float! userErrors: [UserError!]! }
    type UserError { code: String! message: String! field: [String!] }
  `;
  const text = `
    mutation Buy($id: ID!, $size: Float = 44) @post(path: "/api/v1/shoes/{id}/sales") {
      buy(input: { id: $id, size: $size }) { price userErrors { code message field } }
    }
  `;
  const document = openApi(compose({ shop: types }), [{ name: 'shoes.graphql', text }]);
  expect(await validate(structuredClone(document) as never)).toMatchObject({ valid: true });
  expect(document).toMatchObject({
    paths: {
      '/api/v1/shoes/{id}/sales': {
        post: {
          parameters: [{ name: 'id', in: 'path', required: true }],
          requestBody: {
            required: false,
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  properties: { size: { type: 'number', default: 44 } },
                  additionalProperties: false,
                },
              },
            },
          },
          responses: {
            200: { content: { 'application/json': { schema: { type: 'number' } } } },
            422: { $ref: '#/components/responses/Problem' },
          },
        },
      },
    },
  });
});

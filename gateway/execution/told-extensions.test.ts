import { expect, test } from 'vitest';
import { createVerifyAccessToken } from '../authority/access-token.ts';
import { post } from '../fixtures/ask.ts';
import { compose } from '../fixtures/compose.ts';
import { reply, startScriptedSubgraph } from '../fixtures/scripted-subgraph.ts';
import { silent } from '../fixtures/silent.ts';
import { createGateway } from '../gateway.ts';
import { forwarding } from '../subgraph-access.ts';
import { buildSupergraph } from '../supergraph/supergraph.ts';

type Subgraphs = Readonly<Record<string, { readonly url: string }>>;

async function openGateway(subgraphs: Subgraphs, types: Readonly<Record<string, string>>) {
  const clock = () => new Date();
  return await createGateway({
    supergraph: buildSupergraph(compose(types)),
    subgraphs: new Map(Object.entries(subgraphs).map(([name, { url }]) => [name, url])),
    access: forwarding,
    verifyAccessToken: createVerifyAccessToken({ issuers: [], isRevoked: () => false, clock }),
    toldExtensions: ['search', 'count'],
    host: '127.0.0.1',
    port: 0,
    clock,
    logger: silent,
  });
}

test.each([
  ['of a name that is to be told', '"extensions":{"search":{"by":"words"}}', { by: 'words' }],
  ['among others', '"extensions":{"cost":1,"search":null,"trace":"x"}', null],
  ['of another name', '"extensions":{"trace":{"search":1}}', undefined],
  ['that is no object', '"extensions":[{"search":1}]', undefined],
  ['beside errors', '"errors":[{"message":"no","extensions":{"search":1}}]', undefined],
])('what a subgraph says %s', async (_what, member, told) => {
  await using shop = await startScriptedSubgraph();
  await using gateway = await openGateway({ shop }, { shop: 'type Query { name: String }' });
  shop.replies.push(reply(200, `{"data":{"name":"\\"extensions\\":{}"},${member}}`));
  const answer = await post(gateway.url, JSON.stringify({ query: '{ name }' }));
  expect(answer.data).toEqual({ name: '"extensions":{}' });
  expect(answer).toEqual({
    status: 200,
    data: answer.data,
    ...(answer.errors && { errors: answer.errors }),
    ...(told !== undefined && { extensions: { search: told } }),
  });
});

test('what several subgraphs say is told, wherever it stands and however long it is', async () => {
  await using shop = await startScriptedSubgraph();
  await using stock = await startScriptedSubgraph();
  await using gateway = await openGateway(
    { shop, stock },
    {
      shop: 'type Query { item: Item } type Item @key(fields: "id") { id: ID! }',
      stock: 'type Item @key(fields: "id") { id: ID! left: Int }',
    },
  );
  const item = '{"item":{"__typename":"Item","id":"1"}}';
  shop.replies.push(reply(200, `{"extensions":{"search":"a","count":1},"data":${item}}`));
  const long = 'b'.repeat(5_000);
  const left = '{"_entities":[{"left":7}]}';
  stock.replies.push(reply(200, `{"data":${left},"extensions":{"search":"${long}","cost":2}}`));
  expect(await post(gateway.url, JSON.stringify({ query: '{ item { left } }' }))).toEqual({
    status: 200,
    data: { item: { left: 7 } },
    extensions: { search: long, count: 1 },
  });
});

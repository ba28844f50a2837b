import { expect, test } from 'vitest';
import { createVerifyAccessToken } from '../authority/access-token.ts';
import { post } from '../fixtures/ask.ts';
import { compose } from '../fixtures/compose.ts';
import { reply, startScriptedSubgraph } from '../fixtures/scripted-subgraph.ts';
import { silent } from '../fixtures/silent.ts';
import { createGateway } from '../gateway.ts';
import { forwarding } from '../subgraph-access.ts';
import { buildSupergraph } from '../supergraph/supergraph.ts';

const clock = () => new Date();

test.each([
  ['of a name that is to be told', '"extensions":{"search":{"by":"words"}}', { by: 'words' }],
  ['among others', '"extensions":{"cost":1,"search":null,"trace":"x"}', null],
  ['of another name', '"extensions":{"trace":{"search":1}}', undefined],
  ['that is no object', '"extensions":[{"search":1}]', undefined],
  ['beside errors', '"errors":[{"message":"no","extensions":{"search":1}}]', undefined],
])('what a subgraph says %s', async (_what, member, told) => {
  await using shop = await startScriptedSubgraph();
  await using gateway = await createGateway({
    supergraph: buildSupergraph(compose({ shop: 'type Query { name: String }' })),
    subgraphs: new Map([['shop', shop.url]]),
    access: forwarding,
    verifyAccessToken: createVerifyAccessToken({ issuers: [], isRevoked: () => false, clock }),
    toldExtensions: ['search'],
    host: '127.0.0.1',
    port: 0,
    clock,
    logger: silent,
  });
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

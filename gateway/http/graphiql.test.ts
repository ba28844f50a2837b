import { serveHttp, type Running } from '#service';
import { parse, validate } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silent } from '../fixtures/silent.ts';
import { composeContract } from '../supergraph/compose.ts';
import { buildSupergraph } from '../supergraph/supergraph.ts';
import { firstQuery, graphiqlRoute } from './graphiql.ts';

let server: Running;
beforeAll(async () => {
  server = await serveHttp({
    host: '127.0.0.1',
    port: 0,
    routes: [graphiqlRoute({ introspection: true })],
    logger: silent,
  });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

test('the page asks no other host for anything', async () => {
  const response = await fetch(`${server.url}/graphiql`);
  expect(response.headers.get('content-type')).toContain('text/html');
  const page = await response.text();
  expect(page).not.toMatch(/(src|href|from|import)\s*\(?=?\s*["']https?:/);
  const files = [...page.matchAll(/"(\/graphiql\/static\/[\w.]+)"/g)].map(([, file = '']) => file);
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) {
    const answer = await fetch(server.url + file);
    expect(answer.status).toBe(200);
    const headers = { 'if-none-match': answer.headers.get('etag') ?? '' };
    expect((await fetch(server.url + file, { headers })).status).toBe(304);
  }
});

test('what is not there is not found', async () => {
  expect((await fetch(`${server.url}/graphiql/static/nothing.js`)).status).toBe(404);
});

test('everybody may send the first query', async () => {
  const { publicSchema, requirements } = buildSupergraph(await composeContract());
  expect(validate(publicSchema, parse(firstQuery))).toEqual([]);
  for (const field of ['Query.products', 'Product.variants', 'ProductVariant.prices']) {
    expect(requirements.get(field)).toBeUndefined();
  }
});

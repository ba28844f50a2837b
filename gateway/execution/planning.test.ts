import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { composeHouses } from '../fixtures/houses.ts';
import { buildSupergraph } from '../supergraph/supergraph.ts';
import { createPlanning } from './planning.ts';

const supergraph = buildSupergraph(composeHouses());

test('a plan says whom to ask, on another thread', async () => {
  await using planning = await createPlanning(supergraph);
  const { node } = await planning.plan(parse('{ products { name } }'), []);
  expect(node).toMatchObject({ kind: 'Fetch', serviceName: 'catalogue' });
});

test('what takes too long to plan is refused, and the next is planned', async () => {
  await using planning = await createPlanning(supergraph, 1_000);
  const aliases = Array.from({ length: 20_000 }, (_, index) => `a${index}: products { name }`);
  await expect(planning.plan(parse(`{ ${aliases.join(' ')} }`), [])).rejects.toMatchObject({
    extensions: { code: 'OPERATION_TOO_COMPLEX' },
  });
  const { node } = await planning.plan(parse('{ products { name } }'), []);
  expect(node).toMatchObject({ kind: 'Fetch' });
});

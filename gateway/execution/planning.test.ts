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

test('what takes too long to plan is refused, and the thread with it', async () => {
  await using planning = await createPlanning(supergraph, 0);
  await expect(planning.plan(parse('{ products { name } }'), [])).rejects.toMatchObject({
    extensions: { code: 'OPERATION_TOO_COMPLEX' },
  });
});

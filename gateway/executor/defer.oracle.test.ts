import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createChoices } from './fixtures/choices.ts';
import { mergePayloads, type Payload } from './fixtures/merge-payloads.ts';
import { createBench, type Bench, type Planned } from './fixtures/oracle.ts';
import { randomOperation } from './fixtures/random-operation.ts';
import { randomSubgraphs } from './fixtures/random-subgraphs.ts';
import { supergraphs } from './fixtures/supergraphs.ts';
import { isObject, own, type Json, type JsonObject } from './json.ts';

/*
 * What is deferred comes to the same as what is not, once all is there: the oracle is the same operation without
 * `@defer`, over subgraphs that agree. Where something is null that must not be, less is lost.
 */

const numRuns = Number(process.env['EXECUTOR_RUNS'] ?? 60);
const timeLimit = 30_000 + numRuns * 100;
const parameters = { numRuns, interruptAfterTimeLimit: timeLimit, markInterruptAsFailure: true };
const timeout = timeLimit + 10_000;

const tape = fc.array(fc.nat({ max: 0xffff }), { minLength: 20, maxLength: 400, size: 'max' });
const seed = fc.nat();
const moods = fc.constantFrom(
  { nulls: 0, errors: 0, falsy: true, agree: true },
  { nulls: 0, errors: 0, falsy: true, agree: true },
  { nulls: 8, errors: 6, falsy: true, agree: true },
);

describe.each(Object.entries(supergraphs))('over the supergraph %s', (_name, sdls) => {
  const bench = createBench(sdls);
  const subgraphs = randomSubgraphs(sdls);
  const operation = tape.map((numbers) =>
    randomOperation(bench.publicSchema, createChoices(numbers), { defers: true }),
  );

  test('what comes later is what else had come at once', { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(operation, seed, moods, seed, async (asked, data, mood, order) => {
        const [deferred, plain] = [planOf(bench, asked.query), planOf(bench, asked.withoutDefer)];
        fc.pre(deferred !== undefined && plain !== undefined);
        const ask = subgraphs(data, mood);
        const { variables } = asked;
        const whole = await plain.runCompiled(variables, ask, order);
        const atOnce = await deferred.runCompiled(variables, ask, order);
        const expected = JSON.parse(atOnce.data) as Json;
        expect(atOnce.later).toBeUndefined();
        // What a null takes with it depends on what was fetched with it.
        if (whole.errors.length === 0) expect(expected).toEqual(JSON.parse(whole.data));

        const first = await deferred.runCompiled(variables, ask, order, { mayDefer: true });
        const payloads: Payload[] = [];
        for await (const payload of first.later ?? [])
          payloads.push(JSON.parse(payload) as Payload);
        const more = payloads.map(({ hasNext }) => hasNext);
        if (first.later) expect(more).toEqual([...more.slice(1).fill(true), false]);
        const merged = mergePayloads(JSON.parse(first.data) as Json, payloads);
        expectNoLess(merged, expected);
        if (whole.errors.length > 0) return;
        expect(merged).toEqual(expected);
        const items = payloads.flatMap(({ incremental = [] }) => incremental);
        expect([...first.errors, ...items.flatMap(({ errors = [] }) => errors)]).toEqual([]);
      }),
      parameters,
    );
  });
});

function planOf(bench: Bench, query: string): Planned | undefined {
  try {
    return bench.plan(query);
  } catch {
    return undefined;
  }
}

/** Equal, except where nothing is expected. */
function expectNoLess(actual: Json | undefined, expected: Json | undefined): void {
  if (expected === null) return;
  if (Array.isArray(expected)) {
    expect(actual).toHaveLength(expected.length);
    for (const [index, item] of expected.entries()) expectNoLess((actual as Json[])[index], item);
  } else if (isObject(expected)) {
    expect(Object.keys(actual as object).toSorted()).toEqual(Object.keys(expected).toSorted());
    for (const [key, value] of Object.entries(actual as JsonObject)) {
      expectNoLess(value, own(expected, key));
    }
  } else expect(actual).toEqual(expected);
}

import fc from 'fast-check';
import type { ExecutionResult, GraphQLFormattedError } from 'graphql';
import { expect, test } from 'vitest';
import type { Answer } from './compile-plan.ts';
import { createChoices } from './fixtures/choices.ts';
import { createBench, type Planned } from './fixtures/oracle.ts';
import { randomOperation } from './fixtures/random-operation.ts';
import { randomSubgraphs } from './fixtures/random-subgraphs.ts';
import { supergraphs } from './fixtures/supergraphs.ts';

const numRuns = Number(process.env['EXECUTOR_RUNS'] ?? 200);
const tape = fc.array(fc.nat({ max: 0xffff }), { minLength: 20, maxLength: 400, size: 'max' });
const seed = fc.nat();
const moods = fc.constantFrom(
  { nulls: 0, errors: 0 },
  { nulls: 8, errors: 0 },
  { nulls: 0, errors: 6 },
  { nulls: 10, errors: 8 },
);

const stats = { runs: 0, valid: 0, fetches: 0, multi: 0 };
for (const [name, sdls] of Object.entries(supergraphs)) {
  const bench = createBench(sdls);
  const subgraphs = randomSubgraphs(sdls);
  const operation = tape.map((numbers) =>
    randomOperation(bench.publicSchema, createChoices(numbers)),
  );

  test(`over ${name}, the answer is the stock gateway's`, { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        operation,
        seed,
        moods,
        seed,
        async ({ query, variables }, data, mood, order) => {
          stats.runs++;
          const planned = plan(() => bench.plan(query));
          fc.pre(planned !== undefined);
          stats.valid++;
          const ask = subgraphs(data, mood);
          const stock = await planned.runStock(variables, ask, order);
          const compiled = await planned.runCompiled(variables, ask, order);
          expect(JSON.parse(compiled.data)).toEqual(plain(stock.data));
        },
      ),
      { numRuns },
    );
    console.log(stats);
  });
}

/** The planner refuses a few valid operations. */
function plan(make: () => Planned | undefined): Planned | undefined {
  return make();
}

function plain(data: unknown): unknown {
  return JSON.parse(JSON.stringify(data ?? null)) as unknown;
}

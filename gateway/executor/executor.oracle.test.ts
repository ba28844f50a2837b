import fc from 'fast-check';
import { GraphQLError, type ExecutionResult, type GraphQLFormattedError } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createChoices } from './fixtures/choices.ts';
import { corrupt } from './fixtures/corruption.ts';
import { createBench, type Bench, type Planned } from './fixtures/oracle.ts';
import { randomOperation } from './fixtures/random-operation.ts';
import { randomSubgraphs } from './fixtures/random-subgraphs.ts';
import { supergraphs } from './fixtures/supergraphs.ts';
import type { Path } from './targets.ts';

/*
 * Apollo's executor is the oracle: random operations, over random answers of random subgraphs, are answered alike.
 * The differences are deliberate. Where the stock gateway
 *
 * 1. gives up on a whole operation because of one value of a wrong type, or because an alias hides a key, only
 *    that place is null here (there is nothing to compare then);
 * 2. loses 0, false, '' and null when it gives fields back their names, they are kept (see `hasRenames`);
 * 3. lets a subgraph that knows an entity by its interface overwrite the entity's type, the type stays
 *    (see `withoutAbstractTypes`);
 * 4. forgets what the first of two subgraphs said of objects in lists of lists, both are heard (no supergraph
 *    here has such objects);
 * 5. loses what is behind a fragment on an interface and then one on the very type of the field, it is there
 *    (operations here have narrower fragments only where they tell objects apart);
 * 6. counts objects that it did not ask for when it looks for an error's path, or gives none, the path is right;
 * 7. names fields in an error's path that the client did not ask for, and may not know, the path ends above them;
 * 8. puts values that the schema does not allow into `extensions.valueCompletion`, and only when nothing else
 *    went wrong, they are errors, unless one of a subgraph explains them; so is an abstract `__typename`;
 * 9. tells of network failures in its own words, with host and port, there is one sentence and a code;
 * 10. leaves out an entity that lacks what only a field needs that `@skip` took out, it is asked about (see
 *     `requiresTooMuch`);
 * 11. asks a subgraph for the name of a root type that has an alias, it is known (operations here give it none);
 * 12. believes a subgraph that calls the root by another type's name, and leaves out what is behind fragments then,
 *     it is known (see `corrupt`);
 * 13. sends each fetch by itself, what one subgraph is asked at the same moment goes out together. It makes no
 *     difference where subgraphs agree, which has a property of its own; where they don't, whoever answers last is
 *     right, and that may be another one then.
 */

const numRuns = Number(process.env['EXECUTOR_RUNS'] ?? 100);
const tape = fc.array(fc.nat({ max: 0xffff }), { minLength: 20, maxLength: 400, size: 'max' });
const seed = fc.nat();
const timeLimit = 30_000 + numRuns * 100;
/** A failure is told, and as far simplified as there was time. */
const parameters = { numRuns, interruptAfterTimeLimit: timeLimit, markInterruptAsFailure: true };
const timeout = timeLimit + 10_000;
const moods = fc.constantFrom(
  { nulls: 0, errors: 0, falsy: true },
  { nulls: 8, errors: 0, falsy: true },
  { nulls: 0, errors: 6, falsy: true },
  { nulls: 10, errors: 8, falsy: true },
);

describe.each(Object.entries(supergraphs))('over the supergraph %s', (_name, sdls) => {
  const bench = createBench(sdls);
  const subgraphs = randomSubgraphs(sdls);
  const operation = tape.map((numbers) =>
    randomOperation(bench.publicSchema, createChoices(numbers)),
  );

  test("answers and errors are the stock gateway's", { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(operation, seed, moods, seed, async (asked, data, mood, order) => {
        const planned = planOf(bench, asked.query);
        fc.pre(planned !== undefined && !planned.requiresTooMuch(asked.variables));
        const ask = subgraphs(
          data,
          planned.hasRenames ? { nulls: 0, errors: 0, falsy: false } : mood,
        );
        const stock = await planned.runStock(asked.variables, ask, order).catch(() => undefined);
        const { data: text, errors } = await planned.runCompiled(asked.variables, ask, order, {
          gathers: false,
        });
        const answer = JSON.parse(text) as unknown;
        if (!hasAnswered(stock)) return;
        expect(answer).toEqual(plain(stock.data));
        expectSameFailures(
          failures(errors, planned.publicPath),
          failures(stock.errors ?? [], planned.publicPath),
          answer,
        );
        if (!stock.errors) expect(misfits(errors)).toEqual(misfits(valueCompletion(stock)));
      }),
      parameters,
    );
  });

  test('wrong data do no more harm than at the stock gateway', { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(operation, seed, fc.constantFrom(2, 20, 60), async (asked, data, hits) => {
        const planned = planOf(bench, asked.query);
        fc.pre(planned !== undefined && !planned.hasRenames);
        fc.pre(!planned.requiresTooMuch(asked.variables));
        const ask = corrupt(subgraphs(data, { nulls: 4, errors: 2, falsy: true }), data, hits);
        const stock = await planned.runStock(asked.variables, ask, 0).catch(() => undefined);
        const { data: text, errors } = await planned.runCompiled(asked.variables, ask, 0, {
          gathers: false,
        });
        const answer = JSON.parse(text) as unknown;
        expect(JSON.stringify(errors)).not.toContain('10.0.0.7');
        if (!hasAnswered(stock)) return;
        expect(answer).toEqual(plain(stock.data));
        if (stock.errors ?? stock.extensions) expect(errors).not.toEqual([]);
      }),
      parameters,
    );
  });

  test('what goes out together is answered as by itself', { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(operation, seed, moods, seed, async (asked, data, mood, order) => {
        const planned = planOf(bench, asked.query);
        fc.pre(planned !== undefined);
        const ask = subgraphs(data, { ...mood, agree: true });
        const [together, apart] = await Promise.all(
          [true, false].map((gathers) =>
            planned.runCompiled(asked.variables, ask, order, { gathers }),
          ),
        );
        expect(JSON.parse(together!.data)).toEqual(JSON.parse(apart!.data));
        expect(sorted(together!.errors)).toEqual(sorted(apart!.errors));
      }),
      parameters,
    );
  });

  test('an alias that is the name of another field makes no difference', { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(operation, seed, moods, async ({ query, variables }, data, mood) => {
        fc.pre(!/\b(?:a: id|b: name|c: upc)\b/.test(query)); // these would become one with the field itself
        const ask = subgraphs(data, { ...mood, agree: true });
        const planned = planOf(bench, query);
        const renamed = planOf(bench, rename(query));
        fc.pre(planned !== undefined && renamed !== undefined);
        const before = await planned.runCompiled(variables, ask, 0);
        const after = await renamed.runCompiled(variables, ask, 0);
        expect(JSON.parse(after.data)).toEqual(JSON.parse(renameKeys(before.data)));
        expect(failedBecause(after.errors)).toEqual(failedBecause(before.errors));
      }),
      parameters,
    );
  });
});

/** They come in the order in which subgraphs answered. */
function sorted(errors: readonly GraphQLFormattedError[]): readonly string[] {
  return errors.map((error) => JSON.stringify(error)).toSorted();
}

/** Aliases of random operations, and names of fields that can take their place. */
const names = { a: 'id', b: 'name', c: 'upc' } as const;

function rename(query: string): string {
  return query.replace(/\b[abc](?=: [a-zA-Z_])/g, (alias) => names[alias as 'a' | 'b' | 'c']);
}

function renameKeys(json: string): string {
  return json.replace(/"[abc]"/g, (key) => `"${names[key.charAt(1) as 'a' | 'b' | 'c']}"`);
}

function planOf(bench: Bench, query: string): Planned | undefined {
  try {
    return bench.plan(query);
  } catch {
    return undefined; // the planner refuses a few valid operations
  }
}

/** Plans that differ in which subgraph they ask may hear of one failure at several places. */
function failedBecause(errors: readonly GraphQLFormattedError[]): ReadonlySet<string> {
  return new Set(errors.filter((error) => !isMisfit(error)).map(({ message }) => message));
}

function hasAnswered(stock: ExecutionResult | undefined): stock is ExecutionResult {
  return (
    stock?.data !== undefined && !stock.errors?.some((error) => !(error instanceof GraphQLError))
  );
}

function plain(data: unknown): unknown {
  return JSON.parse(JSON.stringify(data)) as unknown;
}

interface Failure {
  readonly what: string;
  readonly path: Path;
}

/** Where the stock gateway does not say which. */
const anyItem = -1;

/** What subgraphs said. */
function failures(
  errors: readonly (GraphQLError | GraphQLFormattedError)[],
  publicPath: (path: Path) => Path,
): readonly Failure[] {
  return errors
    .filter((error) => !isMisfit(error))
    .map(({ message, path = [], extensions }) => {
      const code = extensions?.['code'];
      return {
        what: `${code === 'DOWNSTREAM_SERVICE_ERROR' ? 'INTERNAL' : String(code)}: ${message}`,
        path: publicPath(path.map((step) => (step === '@' ? anyItem : step))),
      };
    });
}

function expectSameFailures(
  actual: readonly Failure[],
  stock: readonly Failure[],
  answer: unknown,
): void {
  expect(new Set(actual.map(({ what }) => what))).toEqual(new Set(stock.map(({ what }) => what)));
  expect([...new Set(actual.map(withoutIndices))]).toEqual(
    expect.arrayContaining(stock.filter(({ path }) => path.length > 0).map(withoutIndices)),
  );
  for (const failure of actual) {
    // Where subgraphs disagree on how long a list is, what failed may be at an item that was not taken.
    const isRight =
      stock.some((known) => isSame(failure, known)) || leadsSomewhere(answer, failure.path);
    expect(isRight, JSON.stringify(failure)).toBe(true);
  }
}

/** Whether that is the failure, in any of the places that the stock gateway has one path for. */
function isSame(failure: Failure, known: Failure): boolean {
  return (
    failure.what === known.what &&
    failure.path.length === known.path.length &&
    known.path.every(
      (step, index) =>
        step === failure.path[index] ||
        (step === anyItem && typeof failure.path[index] === 'number'),
    )
  );
}

function withoutIndices({ what, path }: Failure): string {
  return `${what} ${path.filter((step) => typeof step === 'string').join('.')}`;
}

/** Whether the path is one of the answer, down to what is null. */
function leadsSomewhere(data: unknown, path: Path): boolean {
  const [step, ...rest] = path;
  if (step === undefined || data === null) return true;
  if (typeof data !== 'object' || !Object.hasOwn(data, step)) return false;
  return leadsSomewhere((data as Record<string, unknown>)[step], rest);
}

function isMisfit({ message }: { readonly message: string }): boolean {
  return /^(Cannot return null|Invalid)/.test(message);
}

function valueCompletion({ extensions }: ExecutionResult): readonly GraphQLFormattedError[] {
  return (extensions?.['valueCompletion'] ?? []) as readonly GraphQLFormattedError[];
}

function misfits(errors: readonly GraphQLFormattedError[]): ReadonlySet<string> {
  const known = errors.filter(
    (error) => isMisfit(error) && !error.message.endsWith('is abstract.'),
  );
  // Of several fields of one object that must not be null, one is enough to make that null.
  return new Set(known.map(({ path = [] }) => path.slice(0, -1).join('.')));
}

import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import type { Place } from '../../domain/place.ts';
import { sortKey } from '../../domain/product.ts';
import { productSearch, type ProductSort } from '../../domain/search.ts';
import { onEveryEngine } from '../../testing/engines.ts';
import { licence, noon, openStage, visitor, type Stage } from '../../testing/stage.ts';

onEveryEngine((engine) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(inject('postgresUrl'), engine);
  });
  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
  });

  beforeEach(async () => {
    await stage.change('delete from price; delete from variant; delete from product');
  });

  describe('pages', () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-c]([1-9][0-9]?)?$/), {
      minLength: 1,
      maxLength: 12,
    });

    test.each<ProductSort>(['NAME', 'NEWEST', 'RELEVANCE', 'PRICE_ASC', 'PRICE_DESC'])(
      'by %s hold what was there all along once, in order, whatever comes and goes between them',
      async (order) => {
        await fc.assert(
          fc.asyncProperty(
            names,
            names,
            fc.integer({ min: 1, max: 4 }),
            async (steady, others, size) => {
              await stage.change('delete from price; delete from variant; delete from product');
              const coming = others.filter((name) => !steady.includes(name));
              await stage.save([...steady, ...coming].map((name) => licence(name)));
              const seen = await walk(order, size, async () => {
                const name = coming.pop();
                await stage.change(
                  `update product set name = 'licence moved', sort_key = 'b', status = 'RETIRED' where slug = $1`,
                  [name],
                );
                await stage.save(
                  [licence(`later-${String(name)}`)],
                  new Date(noon.getTime() + 1000),
                );
              });
              const kept = seen.filter((slug) => steady.includes(slug));
              expect(kept.toSorted()).toEqual(steady.toSorted());
              expect(seen).toHaveLength(new Set(seen).size);
              if (order !== 'NAME') return;
              expect(kept).toEqual(steady.toSorted((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1)));
            },
          ),
          { numRuns: engine.elasticsearchUrl === null ? 12 : 6 }, // its index is made to settle in each
        );
      },
    );

    test('begin at either end, one after the other', async () => {
      await stage.save([licence('a'), licence('b'), licence('c')]);
      const matches = stage.parts.search.search(
        visitor,
        productSearch({ query: null, sort: 'NAME' }, 'USD'),
      );
      const ends: (string | undefined)[] = [];
      for (const backwards of [false, true, false]) {
        const [found] = await matches.page({ from: null, backwards, limit: 1 });
        ends.push(found?.product.slug);
      }
      expect(ends).toEqual(['a', 'c', 'a']);
    });

    test('begin with the newest', async () => {
      for (const [index, slug] of ['first', 'second', 'third'].entries()) {
        await stage.save([licence(slug)], new Date(noon.getTime() + index));
      }
      expect(await walk('NEWEST', 2)).toEqual(['third', 'second', 'first']);
    });
  });

  describe('a search', () => {
    test('puts the name before the description, what is said exactly before its beginning, and what is said closely together first', async () => {
      await stage.save([
        licence('described', { name: 'Thing', description: 'As red as a rose' }),
        licence('begun', { name: 'Redder rose' }),
        licence('apart', { name: 'Red and white rose' }),
        licence('exact', { name: 'Red rose' }),
        licence('other', { name: 'Red tulip' }),
      ]);
      expect(await walk('RELEVANCE', 10, undefined, 'red rose')).toEqual([
        'exact',
        'apart',
        'begun',
        'described',
      ]);
    });

    test('takes a number for itself, not for the beginning of another', async () => {
      await stage.save([licence('a', { name: 'Disk 8 GB' }), licence('b', { name: 'Disk 80 GB' })]);
      expect(await walk('RELEVANCE', 10, undefined, 'disk 8')).toEqual(['a']);
    });

    test('takes a mistyped word for any of those nearest to it', async () => {
      await stage.save([licence('a', { name: 'Violet' }), licence('b', { name: 'Violex' })]);
      expect(await walk('NAME', 10, undefined, 'violez')).toEqual(['a', 'b']);
    });

    test('knows terms by their beginning, and takes no other for one that is like none', async () => {
      await stage.save([licence('a', { name: 'Chrysanthemum' })]);
      expect(await walk('NAME', 10, undefined, 'chrys')).toEqual(['a']);
      expect(await walk('NAME', 10, undefined, 'chrisanthemum')).toEqual(['a']);
      expect(await walk('NAME', 10, undefined, 'zz')).toEqual([]);
    });
  });

  /** The slugs of all pages; `between` happens after each. */
  async function walk(
    sort: ProductSort,
    limit: number,
    between: () => Promise<void> = () => Promise.resolve(),
    query: string | null = sort === 'RELEVANCE' ? 'licence' : null,
  ): Promise<string[]> {
    const slugs: string[] = [];
    const matches = stage.parts.search.search(visitor, productSearch({ query, sort }, 'USD'));
    let from: Place | null = null;
    for (;;) {
      const page = await matches.page({ from, backwards: false, limit });
      slugs.push(...page.map(({ product }) => product.slug));
      from = page.at(-1)?.place ?? null;
      if (page.length < limit) return slugs;
      await between();
    }
  }
});

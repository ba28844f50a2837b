import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { elasticsearchUrl, needsElasticsearch } from '../../../testing/engines.ts';
import { openElasticStage, type ElasticStage } from '../../../testing/elastic-stage.ts';
import { licence } from '../../../testing/stage.ts';
import { aliasOf, positionId } from './definition.ts';
import { inBatches, writeProducts } from './writing.ts';

const byElasticsearch = { engine: 'elasticsearch', fallback: false };
const byPostgres = { engine: 'postgres', fallback: true };

describe.skipIf(elasticsearchUrl === null)(`the search index${needsElasticsearch}`, () => {
  let stage: ElasticStage;
  beforeAll(async () => {
    stage = await openElasticStage(inject('postgresUrl'), String(elasticsearchUrl));
  });
  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
  });

  /** Waits until Elasticsearch finds just these, by name. */
  async function untilFound(slugs: readonly string[]): Promise<void> {
    await vi.waitFor(
      async () => {
        expect(await stage.find()).toMatchObject({ slugs, answered: byElasticsearch });
      },
      { timeout: 25_000, interval: 50 },
    );
  }

  test('is made by itself, and follows what is saved', async () => {
    await untilFound([]);
    await stage.save([licence('a'), licence('b')]);
    await untilFound(['a', 'b']);
    await stage.save([licence('a', { name: 'Zebra' })]);
    await untilFound(['b', 'a']);
    expect(await stage.state()).toEqual({ serves: true, lag: 0, lagSeconds: 0, building: null });
  });

  test.each([
    ['is cut off', 'cut'],
    ['hangs', 'hang'],
  ] as const)(
    'is done without while Elasticsearch %s, and has caught up when it is back',
    async (_what, way) => {
      await stage.proxy[way]();
      expect(await stage.find({ query: 'licence' })).toMatchObject({ answered: byPostgres });
      await stage.save([licence(`c-${way}`, { name: `Aardvark ${way}` })]);
      const { slugs, answered } = await stage.find();
      expect(answered).toEqual(byPostgres);
      expect(slugs).toContain(`c-${way}`);
      await stage.proxy.mend();
      await untilFound(slugs);
    },
  );

  test('is never made older than it is', async () => {
    const { slugs } = await stage.find();
    const ids = await stage.pool.query<{ id: string }>(
      `update product set sort_key = 'zzzz' returning id`, // nobody is told
    );
    const uuids = ids.rows.map(({ id }) => id);
    const { client, select } = stage;
    await writeProducts({ client, select, report: fail }, alias(), 1, inBatches(uuids));
    await client.indices.refresh({ index: alias() });
    expect(await stage.find()).toMatchObject({ slugs, answered: byElasticsearch });
  });

  test('is made anew while it is searched and changed, by one process at a time', async () => {
    const [before] = await indices();
    const signal = new AbortController().signal;
    const state: { isMade: boolean; others?: Promise<boolean> } = { isMade: false };
    const made = stage.feed.rebuild(signal, () => {
      state.others ??= stage.feed.rebuild(signal, fail);
    });
    void made.then(() => {
      state.isMade = true;
    });
    for (let nth = 0; !state.isMade; nth += 1) {
      const { slugs, answered } = await stage.find();
      expect(answered).toEqual(byElasticsearch);
      expect(slugs).toContain('b');
      if (nth < 5) await stage.save([licence(`meanwhile-${nth}`, { name: `Meanwhile ${nth}` })]);
    }
    expect(await made).toBe(true);
    expect(await state.others).toBe(false);
    const after = await indices();
    expect(after).toHaveLength(1);
    expect(after).not.toContain(before);
    const { rows } = await stage.pool.query<{ slug: string }>(
      'select slug from product order by sort_key, id',
    );
    await untilFound(rows.map(({ slug }) => slug));
  });

  test('goes on where it was when its process starts again', async () => {
    const before = await indices();
    await stage.stop();
    await stage.save([licence('late', { name: 'Aaa' })]);
    stage.start();
    await vi.waitFor(
      async () => {
        const { slugs, answered } = await stage.find();
        expect(answered).toEqual(byElasticsearch);
        expect(slugs).toContain('late');
      },
      { timeout: 25_000, interval: 50 },
    );
    expect(await indices()).toEqual(before);
  });

  test('that followed another log is made anew, and of former ones the last is kept', async () => {
    const before = await indices();
    const [older, old] = ['aaaaaaaa-1', 'bbbbbbbb-2'].map((end) => `${stage.indexPrefix}-${end}`);
    for (const index of [older, old]) await stage.client.indices.create({ index: String(index) });
    const document = { position: 1, log: 'another' };
    await stage.client.index({ index: alias(), id: positionId, document, refresh: true });
    await stage.save([licence('last', { name: 'Aaaa' })]);
    await vi.waitFor(
      async () => {
        const now = await indices();
        expect(now).toContain(old);
        expect(now).not.toContain(older);
        for (const index of before) expect(now).not.toContain(index);
        const { slugs, answered } = await stage.find();
        expect(answered).toEqual(byElasticsearch);
        expect(slugs).toContain('last');
      },
      { timeout: 25_000, interval: 50 },
    );
  });

  test('shows nothing that the catalogue no longer shows, and a page is full without it', async () => {
    const { slugs } = await stage.find();
    await stage.pool.query(`update product set status = 'RETIRED' where slug = any($1)`, [
      [slugs[0], slugs[2]],
    ]);
    expect(await stage.find({ limit: 3 })).toMatchObject({
      slugs: [slugs[1], slugs[3], slugs[4]],
      answered: byElasticsearch,
    });
    await stage.pool.query(`update product set status = 'ACTIVE' where status = 'RETIRED'`);
  });

  test.each(['NAME', 'NEWEST', 'PRICE_ASC', 'PRICE_DESC'] as const)(
    'gives, by %s, places from which PostgreSQL goes on, and goes on from its',
    async (sort) => {
      const { slugs } = await stage.find({ sort });
      const first = await stage.find({ sort, limit: 2 });
      await stage.proxy.cut();
      const second = await stage.find({ sort, limit: 2, from: first.last });
      expect(second.answered).toEqual(byPostgres);
      await stage.proxy.mend();
      await vi.waitFor(
        async () => {
          const third = await stage.find({ sort, limit: 2, from: second.last });
          expect(third.answered).toEqual(byElasticsearch);
          expect([...first.slugs, ...second.slugs, ...third.slugs]).toEqual(slugs.slice(0, 6));
        },
        { timeout: 25_000, interval: 50 },
      );
    },
  );

  test('ranks for itself: a ranking is gone on with by whoever began it, or refused', async () => {
    const query = 'licence';
    const own = await stage.find({ query, limit: 2 });
    await stage.proxy.cut();
    await expect(stage.find({ query, limit: 2, from: own.last })).rejects.toThrow(
      '`after` is a place in a ranking that is not to be had now',
    );
    const other = await stage.find({ query, limit: 2 });
    await stage.proxy.mend();
    await vi.waitFor(
      async () => {
        expect(await stage.find({ query })).toMatchObject({ answered: byElasticsearch });
      },
      { timeout: 25_000, interval: 50 },
    );
    const next = await stage.find({ query, limit: 2, from: other.last });
    expect(next.answered).toEqual(byPostgres);
    expect(other.slugs).not.toContain(next.slugs[0]);
  });

  function alias(): string {
    return aliasOf(stage.indexPrefix);
  }

  async function indices(): Promise<string[]> {
    return Object.keys(await stage.client.indices.get({ index: `${stage.indexPrefix}-*` }));
  }
});

function fail(): never {
  throw new Error('this was not to be called');
}

import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { elasticsearchUrl, needsElasticsearch } from '../../../testing/engines.ts';
import { openElasticStage, type ElasticStage } from '../../../testing/elastic-stage.ts';
import { licence } from '../../../testing/stage.ts';

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
        expect(await stage.find()).toEqual({ slugs, answered: byElasticsearch });
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

  test.each(['cut', 'hang'] as const)(
    'is done without while Elasticsearch is %s off, and has caught up when it is back',
    async (way) => {
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
});

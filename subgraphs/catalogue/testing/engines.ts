import { describe } from 'vitest';

/** As `openStage` takes it. */
export interface Engine {
  readonly elasticsearchUrl: string | null;
}

/** Needed by the tests of Elasticsearch; in their names where it is missing. */
export const elasticsearchUrl = process.env['ELASTICSEARCH_URL'] ?? null;
export const needsElasticsearch =
  elasticsearchUrl === null ? ' (needs ELASTICSEARCH_URL: tools/elasticsearch start)' : '';

/** Whatever finds products, the same tests hold. */
export function onEveryEngine(tests: (engine: Engine) => void): void {
  describe('PostgreSQL', () => {
    tests({ elasticsearchUrl: null });
  });
  describe.skipIf(elasticsearchUrl === null)(`Elasticsearch${needsElasticsearch}`, () => {
    tests({ elasticsearchUrl });
  });
}

import { describe } from 'vitest';

/** As `openStage` takes it. */
export interface Engine {
  readonly elasticsearchUrl: string | null;
}

const given = process.env['ELASTICSEARCH_URL'] ?? '';
/** Needed by the tests of Elasticsearch, which say so in their names where it is missing. */
export const elasticsearchUrl = given === '' ? null : given;
export const needsElasticsearch =
  elasticsearchUrl === null ? ' (SKIPPED: needs ELASTICSEARCH_URL: tools/elasticsearch start)' : '';

/** Whatever finds products, the same tests hold. */
export function onEveryEngine(tests: (engine: Engine) => void): void {
  describe('PostgreSQL', () => {
    tests({ elasticsearchUrl: null });
  });
  describe.skipIf(elasticsearchUrl === null)(`Elasticsearch${needsElasticsearch}`, () => {
    tests({ elasticsearchUrl });
  });
}

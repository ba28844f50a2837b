import { throwAwayDatabase } from '#database';
import { fork, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, inject, test } from 'vitest';
import { openClient } from './store/search/elastic/client.ts';
import { elasticsearchUrl, needsElasticsearch } from './testing/engines.ts';
import { licence, openProcess } from './testing/stage.ts';
import { randomIndexName } from './testing/test-index.ts';

const main = fileURLToPath(new URL('reindex-main.ts', import.meta.url));

test.skipIf(elasticsearchUrl === null)(
  `the command makes the index of all products, and tells how far it is${needsElasticsearch}`,
  async () => {
    await using catalogue = await throwAwayDatabase(inject('postgresUrl'), 'catalogue');
    await using events = await throwAwayDatabase(inject('postgresUrl'), 'events');
    await using stage = openProcess(catalogue.url);
    await stage.save(Array.from({ length: 501 }, (_, nth) => licence(`number-${nth}`)));
    const indexPrefix = randomIndexName();
    const url = String(elasticsearchUrl);
    const client = openClient({ url, apiKey: null, indexPrefix, searchTimeoutMs: 1_000 });
    try {
      const run = await reindex({
        CATALOGUE_DATABASE_URL: catalogue.url,
        EVENTS_DATABASE_URL: events.url,
        ELASTICSEARCH_URL: url,
        CATALOGUE_INDEX_PREFIX: indexPrefix,
      });
      expect(run).toEqual({
        code: 0,
        stdout: '501 products indexed; the new index serves\n',
        stderr: '',
        progress: [0, 500, 501].map((done) => ({ done, total: 501 })),
      });
      const status = { query: { exists: { field: 'status' } } };
      expect(await client.count({ index: `${indexPrefix}-*`, ...status })).toMatchObject({
        count: 501,
      });
    } finally {
      const made = await client.indices.get({ index: `${indexPrefix}-*` });
      await client.indices.delete({ index: Object.keys(made) });
      await client.close();
    }
  },
);

test('without an address the command ends with one line', async () => {
  const url = 'postgresql://nobody@127.0.0.1:1/nothing';
  const env = { CATALOGUE_DATABASE_URL: url, EVENTS_DATABASE_URL: url };
  expect(await reindex(env)).toMatchObject({
    code: 1,
    stdout: '',
    stderr: 'ELASTICSEARCH_URL: must be set\n',
  });
});

async function reindex(env: NodeJS.ProcessEnv) {
  const child = fork(main, [], { env, silent: true, timeout: 60_000 });
  const progress: unknown[] = [];
  child.on('message', (message: { progress: unknown }) => progress.push(message.progress));
  const output = child as ChildProcessWithoutNullStreams; // piped, since it is silent
  const [stdout, stderr, [code]] = await Promise.all([
    text(output.stdout),
    text(output.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr, progress };
}

import { runSql, throwAwayDatabase } from '#database';
import { createLogger } from '#service';
import { expect, inject, test, vi } from 'vitest';
import { startWorkflows } from './workflows.ts';

const silent = () => undefined;

test('whatever breaks a run off, it goes on from where it was, and its steps are done once', async () => {
  await using opened = new AsyncDisposableStack();
  const place = opened.use(await throwAwayDatabase(inject('postgresUrl'), 'orders'));
  const faults = [new TypeError('a mistake outside the steps'), new Error('write EPIPE')];
  const done: string[] = [];
  opened.use(
    await startWorkflows({
      name: 'orders',
      databaseUrl: place.url,
      executorId: 'test',
      workflows: [
        {
          name: 'stumble',
          work: async (run, subject) => {
            await run.step('first', () => Promise.resolve(done.push(`first ${subject}`)));
            const fault = faults.shift();
            if (fault !== undefined) throw fault;
            await run.step('last', () => Promise.resolve(done.push(`last ${subject}`)));
          },
        },
      ],
      concurrency: 1, // so what broke off must have freed its place
      logger: { ...createLogger('test'), warn: silent, error: silent },
    }),
  );
  for (const subject of ['a', 'b']) {
    await runSql(place.url, [
      `select dbos.enqueue_workflow('stumble', 'orders', array[to_json('${subject}'::text)],
                                    workflow_id => '${subject}', application_name => 'orders')`,
    ]);
  }

  const ended = async () => {
    const { rows } = await runSql(place.url, ['select status from dbos.workflow_status']);
    expect(rows).toEqual([{ status: 'SUCCESS' }, { status: 'SUCCESS' }]);
  };
  await vi.waitFor(ended, { timeout: 20_000, interval: 50 });
  expect(done.toSorted()).toEqual(['first a', 'first b', 'last a', 'last b']);
});

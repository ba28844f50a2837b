import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { reasonAgainst } from '../actions/check-schemas.ts';
import { selectFrom } from '../store/database.ts';
import { createImportFileStore } from '../store/import-files.ts';
import { createImportWork } from '../store/import-work.ts';
import { keeper, openStage, type Stage } from '../testing/stage.ts';
import { landRows } from './land-rows.ts';
import { createUploadSource } from './open-upload.ts';
import { readSource, type OpenSource } from './read-source.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage(inject('postgresUrl'));
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

const clock = () => new Date();
const signal = new AbortController().signal;

test('a reader that dies in the middle of an uploaded file leaves nothing that the next one doubles', async () => {
  const lines = Array.from({ length: 6 }, (_, n) =>
    JSON.stringify({
      ...{ slug: `lamp-${n}`, name: `Lamp ${n}`, kind: 'PHYSICAL', status: 'ACTIVE' },
      description: 'x'.repeat(300_000),
    }),
  );
  const bytes = (async function* () {
    for (const line of lines) yield await Promise.resolve(Buffer.from(`${line}\n`));
  })();
  const { source } = await stage.parts.importFiles.keep(keeper.id, bytes);
  const format = 'JSON_LINES';
  const id = await stage.parts.imports.openImport(keeper.id, { format, source, dryRun: false });
  const { transact } = stage;
  const importWork = createImportWork({
    ...{ transact, clock, shopCurrency: 'USD', reasonAgainst, report: console.error },
  });
  const openUpload = createUploadSource(
    createImportFileStore({ select: selectFrom(stage.pool), clock }),
  );
  const dying: OpenSource = async function* (...asked) {
    let parts = 0;
    for await (const part of openUpload(...asked)) {
      if (++parts > 1) throw new Error('the process died');
      yield part;
    }
  };
  const parts = { importWork, signal, rowsAtOnce: 1 };
  await expect(readSource({ ...parts, openSource: dying }, id)).rejects.toThrow('died');
  const { rows } = await stage.pool.query('select from import_row');
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.length).toBeLessThan(lines.length);

  await readSource({ ...parts, openSource: openUpload }, id);
  await landRows(parts, id);
  const [end] = await stage.parts.imports.findImports(keeper, [id]);
  expect(end).toMatchObject({ status: 'SUCCEEDED', rowsTotal: 6, rowsDone: 6, rowsFailed: 0 });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDataFolder } from '../../launcher/data-folder.ts';
import { placeForPostgres } from '../../launcher/postgres.ts';
import { runCommand } from '../gateway/command.ts';
import { compareWithVendure } from './compare.ts';
import { measureGrowth } from './growth.ts';
import { readOptions, type Options } from './options.ts';
import { startPostgres } from './postgres.ts';
import { measureRealCatalogue } from './real.ts';
import { makeSynthetic } from './setting.ts';

/** The catalogue beside Vendure, and as it grows. See bench/README.md. */
async function run(options: Options, signal: AbortSignal): Promise<boolean> {
  await using leavings = new AsyncDisposableStack();
  const folder = await openDataFolder(await mkdtemp(join(tmpdir(), 'bench-catalogue-')));
  leavings.defer(async () => {
    await rm(await placeForPostgres(folder), { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  });
  const postgres = leavings.use(await startPostgres(folder));
  const setting = { postgres, folder, options, signal };
  let isRight = true;
  if (options.tables.has('real')) isRight = (await measureRealCatalogue(setting)) && isRight;
  if (!options.tables.has('vendure') && !options.tables.has('growth')) return isRight;
  const small = await makeSynthetic(setting, 'small', options.products);
  if (options.tables.has('vendure'))
    isRight = (await compareWithVendure(setting, small)) && isRight;
  if (options.tables.has('growth')) await measureGrowth(setting, small);
  return isRight;
}

await runCommand({ needed: {}, readOptions, run });

import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { launch } from '../launcher/launcher.ts';

const program = process.env['SCHEMATHESIS'];
const config = fileURLToPath(new URL('schemathesis.toml', import.meta.url));

test.skipIf(program === undefined)(
  'whatever is asked by REST, it is answered as the OpenAPI document says (needs SCHEMATHESIS: tools/schemathesis)',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'schemathesis-')); // it keeps notes where it runs
    await using quartermaster = await launch({ quiet: true });
    const run = promisify(execFile)(
      program ?? '',
      [
        ['--config-file', config, 'run', `${quartermaster.url}/api/v1/openapi.json`],
        ['--max-examples', '25', '--seed', '1', '--no-color'],
      ].flat(),
      { cwd: folder },
    );
    // What it found is in its output.
    const { stdout } = await run.catch((error: unknown) => error as { stdout: string });
    await rm(folder, { recursive: true });
    expect(stdout).toMatch(/ (\d+) generated, \1 passed/);
  },
  300_000,
);

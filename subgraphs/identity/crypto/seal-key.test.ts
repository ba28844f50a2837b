import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { deriveKey, readSealKey } from './seal-key.ts';

const folder = await mkdtemp(join(tmpdir(), 'seal-key-'));
const file = join(folder, 'seal-key');

afterAll(async () => {
  await rm(folder, { recursive: true });
});

test('32 bytes in base64 are a seal key, with or without a line end', async () => {
  const key = randomBytes(32);
  for (const end of ['', '\n']) {
    await writeFile(file, key.toString('base64') + end);
    expect(await readSealKey(file)).toEqual(key);
  }
});

test.each([
  ['31 bytes', randomBytes(31).toString('base64')],
  ['33 bytes', randomBytes(33).toString('base64')],
  ['hexadecimal', randomBytes(32).toString('hex')],
  ['nothing', ''],
])('%s are none', async (_name, text) => {
  await writeFile(file, text);
  await expect(readSealKey(file)).rejects.toThrow(
    'IDENTITY_SEAL_KEY_FILE: must name a file with 32',
  );
});

test('a missing file is named', async () => {
  const missing = join(folder, 'missing');
  await expect(readSealKey(missing)).rejects.toThrow(`${missing} can't be read`);
});

test('each purpose has a key of its own', () => {
  const key = randomBytes(32);
  expect(deriveKey(key, 'one')).toEqual(deriveKey(key, 'one'));
  expect(deriveKey(key, 'one')).not.toEqual(deriveKey(key, 'two'));
});

import {
  createAuthenticator,
  createAuthorize,
  generateServiceKeyPair,
  importServiceKey,
  type Authorize,
  type Principal,
} from '#auth';
import { createLogger, serveHttp } from '#service';
import { request as open } from 'node:http';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { dropExpiredFiles } from './import/drop-expired-files.ts';
import { uploadRoute } from './import/upload-route.ts';
import { createImportFileStore } from './store/import-files.ts';
import { selectFrom } from './store/database.ts';
import { createCatalogueSubgraph } from './subgraph.ts';
import {
  openImportStage,
  startMutation,
  type ImportStage,
  type Outcome,
} from './testing/import-stage.ts';
import { keeper, visitor } from './testing/stage.ts';

const bytesMax = 3_000_000;
const clock = () => new Date();

let opened: AsyncDisposableStack;
let stage: ImportStage;
let authorize: Authorize;
let url: string;
beforeAll(async () => {
  opened = new AsyncDisposableStack();
  stage = opened.use(await openImportStage(inject('postgresUrl'), createCatalogueSubgraph));
  const { publicJwk, privateJwk } = await generateServiceKeyPair('gateway');
  authorize = createAuthorize(await importServiceKey(privateJwk), clock);
  const authenticate = createAuthenticator({
    jwks: { keys: [publicJwk] },
    audience: 'catalogue',
    clock,
  });
  const logger = createLogger('catalogue');
  const { importFiles } = stage.parts;
  const routes = [uploadRoute({ importFiles, authenticate, bytesMax, logger })];
  const server = opened.use(await serveHttp({ host: '127.0.0.1', port: 0, routes, logger }));
  url = `${server.url}/api/v1/catalogue-imports/files`;
});
afterAll(async () => {
  await opened.disposeAsync();
});

interface Answer {
  readonly status: number;
  readonly said: Readonly<Record<string, unknown>>;
}

async function send(body: string | FormData, headers = {}, caller = keeper): Promise<Answer> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { authorization: await authorize(caller, 'catalogue'), ...headers },
    body,
  });
  return {
    status: answer.status,
    said: (await answer.json()) as Answer['said'],
  };
}

/** A form, as browsers and curl send it. */
function form(...parts: readonly (readonly [name: string, content: string | Blob])[]): FormData {
  const data = new FormData();
  for (const [name, content] of parts) {
    if (typeof content === 'string') data.append(name, content);
    else data.append(name, content, `${name}.csv`);
  }
  return data;
}

const header =
  'Handle,Title,Body (HTML),Vendor,Type,Published,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Requires Shipping';
const row = (handle: string, body = '') =>
  `${handle},The ${handle},${body},Potter,Cups,true,Colour,Blue,${handle}-1,9.50,true`;
const csv = (...rows: readonly string[]) => new Blob([[header, ...rows].join('\n')]);

async function kept(): Promise<{ files: number; parts: number }> {
  const { rows } = await stage.pool.query<{ files: number; parts: number }>(
    `select (select count(*)::int from import_file) files,
            (select count(*)::int from import_file_part) parts`,
  );
  return rows[0]!;
}

/** What starting an import of it is answered with. */
async function begin(source: unknown, caller?: Principal): Promise<Outcome> {
  const input = { format: 'SHOPIFY_CSV', source };
  return (await stage.ask(startMutation, { input }, caller))['outcome'] as Outcome;
}

const refused = {
  import: null,
  userErrors: [
    {
      code: 'SOURCE_REFUSED',
      message: 'There is no file of yours with this handle, or its time is over: upload it again.',
      field: ['input', 'source'],
    },
  ],
};

describe('an uploaded file', () => {
  test('is imported, as often as one likes', async () => {
    const file = csv(row('cup'), row('plate'));
    const { status, said } = await send(form(['file', file]));
    expect(status).toBe(201);
    expect(said).toEqual({
      source: expect.stringMatching(/^upload:upf_\w{26}$/) as string,
      bytes: file.size,
      expiresAt: expect.any(String) as string,
    });
    const hours = (Date.parse(String(said['expiresAt'])) - Date.now()) / 3_600_000;
    expect(Math.round(hours)).toBe(24);
    for (const dryRun of [true, false]) {
      const input = { format: 'SHOPIFY_CSV', source: String(said['source']), dryRun };
      const end = (await stage.watch(await stage.start(input))).at(-1);
      expect(end).toMatchObject({ status: 'SUCCEEDED', rowsDone: 2, rowsFailed: 0 });
    }
    expect(await stage.ask('{ product(slug: "plate") { name } }')).toEqual({
      product: { name: 'The plate' },
    });
  });

  test('of several parts comes out as it went in', async () => {
    const long = 'é'.repeat(400_000);
    const rows = ['one', 'two', 'three'].map((handle) => row(handle, long));
    const file = csv(...rows);
    const { said } = await send(form(['file', file]));
    const source = String(said['source']);
    expect(said['bytes']).toBe(file.size);
    const { importFiles } = stage.parts;
    const parts: Uint8Array[] = [];
    for (let number = 0; ; number += 1) {
      const part = await importFiles.readPart(source, number);
      if (part === null) break;
      parts.push(part);
    }
    expect(parts.length).toBeGreaterThan(1);
    expect(Buffer.concat(parts).equals(Buffer.from(await file.arrayBuffer()))).toBe(true);
  });

  test.each(['text/csv', 'text/csv; charset=utf-8', 'application/x-ndjson'])(
    'may be a plain body of %s',
    async (type) => {
      expect(await send('{}\n', { 'content-type': type })).toMatchObject({
        status: 201,
        said: { bytes: 3 },
      });
    },
  );

  test('is its own owner’s, and nobody else’s', async () => {
    const { said } = await send(form(['file', csv(row('jug'))]));
    expect(await begin(said['source'], { ...keeper, id: 'usr_other' })).toEqual(refused);
    const { import: started, userErrors } = await begin(said['source']);
    expect(userErrors).toEqual([]);
    expect((await stage.watch(started!.id)).at(-1)).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('that nobody uploaded is refused', async () => {
    expect(await begin('upload:upf_01h455vb4pex5vsknk084sn02q')).toEqual(refused);
    expect(await begin('upload:')).toEqual(refused);
  });

  test('goes when its time is over, but not before an import has read it', async () => {
    const { said } = await send(form(['file', csv(row('bowl'))]));
    const later = createImportFileStore({
      select: selectFrom(stage.pool),
      clock: () => new Date(Date.now() + 25 * 60 * 60 * 1000),
    });
    expect(await later.isKept(keeper, String(said['source']))).toBe(false);
    // An import that nobody works at.
    const source = String(said['source']);
    const waiting = { format: 'SHOPIFY_CSV' as const, source, dryRun: false };
    const id = await stage.parts.imports.openImport(keeper.id, waiting);
    await later.dropExpired();
    expect(await kept()).toEqual({ files: 1, parts: 1 });
    await stage.parts.imports.cancelImport(id);
    const stop = new AbortController();
    const dropping = dropExpiredFiles(later, stop.signal, console.error);
    await vi.waitFor(async () => {
      expect(await kept()).toEqual({ files: 0, parts: 0 });
    });
    stop.abort();
    await dropping;
    expect(await begin(source)).toEqual(refused);
  });

  test('that is gone when it is to be read ends the import, and says why', async () => {
    const { said } = await send(form(['file', csv(row('vase'))]));
    const source = String(said['source']);
    await stage.pool.query('delete from import_file_part where source = $1', [source]);
    const id = await stage.start({ format: 'SHOPIFY_CSV', source });
    expect((await stage.watch(id)).at(-1)).toMatchObject({
      status: 'FAILED',
      problems: { nodes: [{ row: 0, field: 'source', code: 'SOURCE_UNAVAILABLE' }] },
    });
  });
});

describe('nothing is kept of', () => {
  async function refusal(...sent: Parameters<typeof send>): Promise<Answer> {
    const before = await kept();
    const answer = await send(...sent);
    expect(await kept()).toEqual(before);
    return answer;
  }

  test.each([
    ['in a form', () => form(['file', new Blob(['x'.repeat(bytesMax + 1)])]), {}],
    ['as a body', () => 'x'.repeat(bytesMax * 4), { 'content-type': 'text/csv' }],
  ])('a file that is too large, %s', async (_how, body, headers) => {
    expect(await refusal(body(), headers)).toEqual({
      status: 413,
      said: {
        type: 'about:blank',
        title: 'Payload Too Large',
        status: 413,
        code: 'CONTENT_TOO_LARGE',
        detail: expect.stringContaining(String(bytesMax)) as string,
      },
    });
  });

  test.each([
    ['JSON', '{}', { 'content-type': 'application/json' }],
    ['a form without a boundary', 'x', { 'content-type': 'multipart/form-data' }],
    ['something compressed', 'x', { 'content-type': 'text/csv', 'content-encoding': 'gzip' }],
  ])('%s', async (_what, body, headers) => {
    expect(await refusal(body, headers)).toMatchObject({
      status: 415,
      said: { code: 'UNSUPPORTED_MEDIA_TYPE' },
    });
  });

  test.each([
    ['two files', () => form(['file', csv(row('a'))], ['file', csv(row('b'))])],
    ['a file with a field', () => form(['file', csv(row('a'))], ['format', 'SHOPIFY_CSV'])],
    ['a field with a file', () => form(['format', 'SHOPIFY_CSV'], ['file', csv(row('a'))])],
    ['a field', () => form(['file', 'a,b'])],
    ['a file of another name', () => form(['upload', csv(row('a'))])],
    ['a form without parts', () => form()],
    ['an empty file', () => form(['file', new Blob([])])],
  ])('%s', async (_what, body) => {
    expect(await refusal(body())).toMatchObject({
      status: 400,
      said: { code: 'BAD_USER_INPUT', field: 'file' },
    });
  });

  test('a form that breaks off', async () => {
    const body =
      '--b\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\nHandle,Ti';
    const headers = { 'content-type': 'multipart/form-data; boundary=b' };
    expect(await refusal(body, headers)).toMatchObject({
      status: 400,
      said: { field: 'file' },
    });
  });

  test('who may not change the catalogue', async () => {
    const file = form(['file', csv(row('a'))]);
    expect(await refusal(file, {}, visitor)).toMatchObject({
      status: 403,
      said: { code: 'FORBIDDEN' },
    });
    expect(await refusal(file, { authorization: 'Bearer none' })).toMatchObject({
      status: 401,
      said: { code: 'UNAUTHENTICATED' },
    });
  });

  test.each([
    ['a form', 'multipart/form-data; boundary=b'],
    ['a body', 'text/csv'],
  ])('%s whose client leaves in the middle', async (_what, type) => {
    const before = await kept();
    const leaving = open(url, {
      method: 'POST',
      headers: { authorization: await authorize(keeper, 'catalogue'), 'content-type': type },
    });
    leaving.on('error', () => undefined);
    leaving.write(
      '--b\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\nHandle,Title\n',
    );
    leaving.write('x'.repeat(1_500_000));
    await vi.waitFor(async () => {
      expect(await kept()).toEqual({ files: before.files + 1, parts: before.parts + 1 });
    });
    leaving.destroy();
    await vi.waitFor(async () => {
      expect(await kept()).toEqual(before);
    });
  });
});

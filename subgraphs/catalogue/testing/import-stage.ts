import { throwAwayDatabase } from '#database';
import { createTransact, openEvents } from '#events';
import { createLogger } from '#service';
import { startWorkflows } from '#workflow';
import { parse, subscribe } from 'graphql';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Pool } from 'pg';
import { reasonAgainst } from '../actions/check-schemas.ts';
import { createSource } from '../import/open-source.ts';
import type { Parts } from '../parts.ts';
import { openPool, openPrisma, selectFrom } from '../store/database.ts';
import { createImportWork } from '../store/import-work.ts';
import { createCategoryStore } from '../store/categories.ts';
import { createCategoryTree } from '../store/category-tree.ts';
import { createHistoryStore } from '../store/history.ts';
import { createImportFileStore } from '../store/import-files.ts';
import { createImportStore, house } from '../store/imports.ts';
import { createProductPartStore } from '../store/parts-of-products.ts';
import { createPriceStore } from '../store/prices.ts';
import { createProductEdits } from '../store/product-edits.ts';
import { createProductStore } from '../store/products.ts';
import { createPostgresSearch } from '../store/search/postgres.ts';
import { createVariantStore } from '../store/variants.ts';
import { createImport } from '../workflows/import.ts';
import { asking, type Asking, type Door } from './asking.ts';
import { keeper } from './stage.ts';

/** The whole house with its workflows, and a host whose files may be imported. */
export interface ImportStage extends AsyncDisposable {
  readonly pool: Pool;
  readonly parts: Parts;
  readonly host: FileHost;
  readonly answer: Asking['run'];
  readonly ask: Asking['ask'];
  /** The states of an import, the last of which has ended. */
  watch(id: string): Promise<ImportView[]>;
  start(input: { format: string; source: string; dryRun?: boolean }): Promise<string>;
  /** Imports what the host has there, to the end. */
  run(format: string, path: string, dryRun?: boolean): Promise<ImportView>;
}

export interface ImportView {
  readonly id: string;
  readonly status: string;
  readonly rowsTotal: number | null;
  readonly rowsDone: number;
  readonly rowsFailed: number;
  readonly problems: {
    readonly nodes: readonly {
      readonly row: number;
      readonly field: string | null;
      readonly code: string;
      readonly message: string;
    }[];
  };
}

export async function openImportStage(
  serverUrl: string,
  openDoor: (parts: Parts) => Door,
): Promise<ImportStage> {
  await using opened = new AsyncDisposableStack();
  const place = opened.use(await throwAwayDatabase(serverUrl, 'catalogue'));
  const log = opened.use(await throwAwayDatabase(serverUrl, 'events'));
  const host = opened.use(await startFileHost());
  const report = console.error;
  const pool = openPool(place.url, 10, report);
  opened.defer(() => pool.end());
  const client = openPrisma(pool);
  opened.defer(() => client.$disconnect());
  const events = opened.use(
    openEvents({ source: house, databaseUrl: place.url, eventsDatabaseUrl: log.url, report }),
  );
  const { bell, streams, signal } = events;
  const clock = () => new Date();
  const transact = createTransact({ client, bell, source: house, clock });
  const select = selectFrom(pool);
  const importFiles = createImportFileStore({ select, clock });
  const openSource = opened.use(
    createSource({
      importFiles,
      hosts: [host.name],
      bytesMax: 100_000_000,
      timeoutMs: 20_000,
      mayConnect: (address) => address === '127.0.0.1',
    }),
  );
  const importWork = createImportWork({
    transact,
    clock,
    shopCurrency: 'USD',
    reasonAgainst,
    report,
  });
  opened.use(
    await startWorkflows({
      name: house,
      databaseUrl: place.url,
      executorId: 'catalogue-1',
      workflows: [createImport({ importWork, openSource, signal })],
      concurrency: 2,
      logger: createLogger(house),
    }),
  );
  const parts: Parts = {
    products: createProductStore(select),
    variants: createVariantStore(select),
    prices: createPriceStore(select),
    categories: createCategoryStore(select),
    categoryTree: createCategoryTree(transact),
    productParts: createProductPartStore(select),
    productEdits: createProductEdits(select, transact),
    history: createHistoryStore(select),
    search: createPostgresSearch(select, clock),
    imports: createImportStore({ select, transact, clock }),
    importFiles,
    importHosts: [host.name],
    bell,
    streams,
    signal,
    clock,
    shopCurrency: 'USD',
  };
  const subgraph = openDoor(parts);
  const { schema } = subgraph;
  const { run, ask } = asking(() => subgraph, keeper);

  const stage: Omit<ImportStage, typeof Symbol.asyncDispose> = {
    pool,
    parts,
    host,
    answer: run,
    ask,
    watch: async (id) => {
      const updates = await subscribe({
        schema,
        document: parse(watchSubscription),
        contextValue: subgraph.contextFor(keeper),
        variableValues: { id },
      });
      if (!(Symbol.asyncIterator in updates)) throw new Error(JSON.stringify(updates));
      const states: ImportView[] = [];
      for await (const { data, errors } of updates) {
        if (errors !== undefined) throw new AggregateError(errors, errors.join('\n'));
        states.push((data as unknown as { state: ImportView }).state);
      }
      return states;
    },
    start: async (input) => {
      const { outcome } = await stage.ask(startMutation, { input });
      const { import: started, userErrors } = outcome as Outcome;
      if (started === null) throw new Error(JSON.stringify(userErrors));
      return started.id;
    },
    run: async (format, path, dryRun = false) => {
      const id = await stage.start({ format, source: `${host.url}${path}`, dryRun });
      const end = (await stage.watch(id)).at(-1);
      if (end === undefined) throw new Error('the import had no state');
      return end;
    },
  };
  return Object.assign(opened.move(), stage);
}

export interface Outcome {
  readonly import: ImportView | null;
  readonly userErrors: readonly { readonly code: string; readonly field: string[] | null }[];
}

const importFields = `
  id status rowsTotal rowsDone rowsFailed startedAt finishedAt
  problems(first: 100) { nodes { row field code message } }`;
const watchSubscription = `subscription ($id: ID!) {
  state: catalogueImportUpdated(id: $id) { ${importFields} }
}`;
export const startMutation = `mutation ($input: CatalogueImportInput!) {
  outcome: startCatalogueImport(input: $input) {
    import { ${importFields} } userErrors { code message field }
  }
}`;

/** A host of files on this machine. */
export interface FileHost extends AsyncDisposable {
  /** With its port, as the list of hosts has it. */
  readonly name: string;
  readonly url: string;
  /** By their path, what it answers. */
  readonly files: Map<string, string | Uint8Array | RequestListener>;
}

export async function startFileHost(): Promise<FileHost> {
  const files: FileHost['files'] = new Map();
  const server = createServer((request, response) => {
    const file = files.get(request.url ?? '');
    if (typeof file === 'function') file(request, response);
    else if (file === undefined) response.writeHead(404).end();
    else response.end(file);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const name = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    name,
    url: `http://${name}`,
    files,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

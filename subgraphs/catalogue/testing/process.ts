import { createAuthorize, generateServiceKeyPair, importServiceKey } from '#auth';
import { throwAwayDatabase, type ThrowAwayDatabase } from '#database';
import { createClient } from 'graphql-ws';
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { WebSocket } from 'ws';
import { visitor } from './stage.ts';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));

/** What the house's processes have in common with the gateway and the log, until disposed. */
export async function openProcesses(serverUrl: string) {
  await using opened = new AsyncDisposableStack();
  const log = opened.use(await throwAwayDatabase(serverUrl, 'events'));
  const folder = await mkdtemp(join(tmpdir(), 'catalogue-'));
  opened.defer(() => rm(folder, { recursive: true }));
  const [own, gateway] = await Promise.all([
    generateServiceKeyPair('catalogue'),
    generateServiceKeyPair('gateway'),
  ]);
  await writeFile(join(folder, 'key.json'), JSON.stringify(own.privateJwk));
  const keys = [own.publicJwk, gateway.publicJwk];
  await writeFile(join(folder, 'jwks.json'), JSON.stringify({ keys }));
  const authorize = createAuthorize(await importServiceKey(gateway.privateJwk), () => new Date());

  /** The house's own process, until disposed. */
  async function start(name: string, { url }: ThrowAwayDatabase, settings: NodeJS.ProcessEnv = {}) {
    const child = fork(main, [], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: {
        PATH: process.env['PATH'],
        CATALOGUE_PORT: '0',
        CATALOGUE_DATABASE_URL: url,
        EVENTS_DATABASE_URL: log.url,
        EXECUTOR_ID: name,
        SERVICE_KEY_FILE: join(folder, 'key.json'),
        SERVICE_JWKS_FILE: join(folder, 'jwks.json'),
        ...settings,
      },
    });
    const [message] = (await once(child, 'message')) as [{ readonly url: string }];
    async function answer(query: string, variables: object = {}, caller = visitor) {
      const response = await fetch(`${message.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: await authorize(caller, 'catalogue'),
        },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as { data: unknown; errors?: unknown; extensions?: unknown };
    }
    return {
      url: message.url,
      answer,
      ask: async (...asked: Parameters<typeof answer>) => {
        const { data, errors } = await answer(...asked);
        expect(errors).toBeUndefined();
        return data;
      },
      /** A subscription over a socket of its own, which is never connected again. */
      watch: async (query: string, variables: object, caller = visitor) => {
        const client = createClient({
          url: `${message.url.replace('http', 'ws')}/graphql`,
          webSocketImpl: WebSocket,
          retryAttempts: 0,
        });
        const authorization = await authorize(caller, 'catalogue');
        const extensions = { authorization, requestId: randomUUID() };
        const updates = client.iterate({
          query,
          variables: { ...variables },
          extensions,
        });
        return Object.assign(updates, {
          /** Cuts the connection, as a fault of the network would. */
          cut: () => {
            client.terminate();
          },
        });
      },
      /** Ends it as a power cut would. */
      kill: async () => {
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
      },
      [Symbol.asyncDispose]: async () => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        expect(await ended).toEqual([0, null]);
      },
    };
  }
  return Object.assign(opened.move(), { start, logUrl: log.url });
}

export type Processes = Awaited<ReturnType<typeof openProcesses>>;
export type Process = Awaited<ReturnType<Processes['start']>>;

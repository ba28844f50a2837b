import { createAuthorize, generateServiceKeyPair, importServiceKey, type Principal } from '#auth';
import { createClient } from 'graphql-ws';
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';

/** The real process, and how its siblings call it. */
export interface House extends AsyncDisposable {
  /** @throws when it answers with errors. */
  ask(caller: Principal, query: string, variables?: object): Promise<Record<string, unknown>>;
  watch(
    caller: Principal,
    query: string,
    variables: object,
  ): Promise<AsyncIterableIterator<Update, undefined>>;
  isReady(): Promise<boolean>;
  /** Ends the process: SIGKILL as a power cut would, SIGTERM in good order. Says with which code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
  start(): Promise<void>;
}

interface Update {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { readonly extensions?: Record<string, unknown> }[];
}

const main = fileURLToPath(new URL('../main.ts', import.meta.url));

export async function startHouse(env: Readonly<Record<string, string>>): Promise<House> {
  const folder = await mkdtemp(join(tmpdir(), 'provisioning-'));
  const names = ['provisioning', 'orders', 'gateway'];
  const pairs = await Promise.all(names.map((name) => generateServiceKeyPair(name)));
  const authorizers = new Map(
    await Promise.all(
      pairs.map(async ({ privateJwk }, index) => {
        const key = await importServiceKey(privateJwk);
        return [names[index], createAuthorize(key, () => new Date())] as const;
      }),
    ),
  );
  const keyFile = join(folder, 'key.json');
  const jwksFile = join(folder, 'jwks.json');
  await writeFile(keyFile, JSON.stringify(pairs[0]?.privateJwk));
  await writeFile(jwksFile, JSON.stringify({ keys: pairs.map(({ publicJwk }) => publicJwk) }));

  let url = '';
  let child: ReturnType<typeof fork> | null = null;
  async function start(): Promise<void> {
    child = fork(main, [], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: {
        ...process.env,
        ...env,
        PROVISIONING_PORT: '0',
        SERVICE_KEY_FILE: keyFile,
        SERVICE_JWKS_FILE: jwksFile,
      },
    });
    const [message] = (await once(child, 'message')) as [{ readonly url: string }];
    url = message.url;
  }
  async function end(signal: NodeJS.Signals): Promise<number | null> {
    if (child === null || child.exitCode !== null) return null;
    const ended = once(child, 'exit');
    child.kill(signal);
    const [code] = (await ended) as [number | null];
    return code;
  }
  async function authorization(caller: Principal): Promise<string> {
    return (await authorizers.get(caller.issuer)?.(caller, 'provisioning')) ?? '';
  }

  await start();
  return {
    start,
    end,
    isReady: async () => (await fetch(`${url}/health/ready`)).ok,
    ask: async (caller, query, variables = {}) => {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: await authorization(caller) },
        body: JSON.stringify({ query, variables }),
      });
      const { data, errors } = (await response.json()) as {
        data: Record<string, unknown>;
        errors?: unknown;
      };
      if (errors !== undefined) throw new Error(JSON.stringify(errors));
      return data;
    },
    watch: async (caller, query, variables) => {
      const client = createClient({
        url: `${url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        retryAttempts: 0,
      });
      const extensions = { authorization: await authorization(caller), requestId: randomUUID() };
      const payload = { query, variables: { ...variables }, extensions };
      return client.iterate(payload) as unknown as AsyncIterableIterator<Update, undefined>;
    },
    [Symbol.asyncDispose]: async () => {
      await end('SIGTERM');
      await rm(folder, { recursive: true });
    },
  };
}

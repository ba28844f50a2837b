import { createClient, type ExecutionResult } from 'graphql-ws';
import { WebSocket } from 'ws';

/** A person, or nobody yet, at Quartermaster's front door. */
export interface Shopper {
  /** Asks over HTTP, and answers with the data. @throws when there are errors. */
  ask<Data>(query: string, variables?: object): Promise<Data>;
  /** The whole answer, errors too. */
  answer(query: string, variables?: object): Promise<Answer>;
  /** What a subscription tells, until the reader stops. */
  watch<Data>(query: string, variables?: object): AsyncGenerator<Data, void, void>;
}

export interface Answer {
  readonly status: number;
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions?: Readonly<Record<string, unknown>>;
  }[];
}

export interface OrderUpdate {
  readonly orderUpdated: {
    readonly cursor: string;
    readonly event: { readonly sequence: number; readonly type: string } | null;
    readonly order: { readonly status: string; readonly lines: readonly Line[] };
  };
}

interface Line {
  readonly productName: string;
  readonly variant: { readonly name: string; readonly product: { readonly name: string } } | null;
  readonly provisioningRequests: readonly {
    readonly status: string;
    readonly progress: number;
    readonly tasks: readonly { readonly key: string; readonly status: string }[];
  }[];
  readonly productInstances: {
    readonly nodes: readonly {
      readonly status: string;
      readonly attributes: Readonly<Record<string, unknown>>;
    }[];
  };
}

const demoPassword = 'let-me-try-the-demo-2026';
const requestTimeoutMs = 30_000;

/** Nobody in particular, or whoever the access token names. */
export function shopperAt(url: string, accessToken?: string): Shopper {
  const authorization = accessToken === undefined ? {} : { Authorization: `Bearer ${accessToken}` };
  const answer = async (query: string, variables: object = {}): Promise<Answer> => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...authorization },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
    return { status: response.status, ...((await response.json()) as object) };
  };
  return {
    answer,
    ask: async <Data>(query: string, variables?: object) => {
      const { data, errors } = await answer(query, variables);
      if (errors !== undefined) throw new Error(JSON.stringify(errors));
      return data as Data;
    },
    watch: <Data>(query: string, variables: object = {}) =>
      watch<Data>(url, authorization, query, variables),
  };
}

/** A demo account, signed in. */
export async function signIn(url: string, email: string): Promise<Shopper> {
  return shopperAt(url, await accessTokenOf(url, email));
}

/** What a demo account gets for its password. */
export async function accessTokenOf(url: string, email: string): Promise<string> {
  const { signIn: payload } = await shopperAt(url).ask<{
    signIn: { outcome: { accessToken: string } | null; userErrors: unknown[] };
  }>(
    `mutation ($input: SignInInput!) {
      signIn(input: $input) { outcome { ... on Tokens { accessToken } } userErrors { code } }
    }`,
    { input: { email, password: demoPassword } },
  );
  if (payload.outcome === null) throw new Error(JSON.stringify(payload.userErrors));
  return payload.outcome.accessToken;
}

async function* watch<Data>(
  url: string,
  connectionParams: Readonly<Record<string, string>>,
  query: string,
  variables: object,
): AsyncGenerator<Data, void, void> {
  const client = createClient({
    url: `${url.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams,
    retryAttempts: 0,
  });
  const results = client.iterate({ query, variables: { ...variables } });
  try {
    for await (const result of results as AsyncIterable<ExecutionResult>) {
      if (result.errors !== undefined) throw new Error(JSON.stringify(result.errors));
      yield result.data as Data;
    }
  } catch (reason) {
    // A refused operation is told as a list of errors.
    throw Array.isArray(reason) ? new Error(JSON.stringify(reason)) : reason;
  } finally {
    await client.dispose();
  }
}

import { serviceItself, type Authorize } from '#auth';
import { AppError, Unavailable } from '#errors';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request, type Dispatcher } from 'undici';

export interface SiblingOptions {
  /** The sibling's name, which is the audience of our tokens. */
  readonly name: string;
  /** Its base address, such as `http://127.0.0.1:4003`. */
  readonly url: string;
  /** The asking service's name. */
  readonly self: string;
  readonly authorize: Authorize;
}

/** Asks a sibling subgraph of one's own accord. */
export interface Sibling extends AsyncDisposable {
  /**
   * @throws Unavailable when no answer came: what was asked may or may not have been done.
   * @throws SiblingRefused when it answered with errors.
   */
  ask(query: string, variables: Readonly<Record<string, unknown>>): Promise<unknown>;
}

/** A read is safe to send again; a mutation is its caller's to repeat, with its key. */
const readAttemptsMax = 3;
const retryDelayMs = 100;
const connectTimeoutMs = 2_000;
const answerTimeoutMs = 10_000;
const connectionsMax = 16;
const unavailableStatus = 500;

export function createSibling({ name, url, self, authorize }: SiblingOptions): Sibling {
  const agent = new Agent({
    connections: connectionsMax,
    connect: { timeout: connectTimeoutMs },
    headersTimeout: answerTimeoutMs,
    bodyTimeout: answerTimeoutMs,
  });
  const caller = serviceItself(self);
  return {
    ask: async (query, variables) => {
      const attemptsMax = query.startsWith('mutation') ? 1 : readAttemptsMax;
      const { status, body } = await attempt(attemptsMax, async () => {
        const authorization = await authorize(caller, name);
        return await post(agent, name, `${url}/graphql`, authorization, { query, variables });
      });
      const { data, errors } = body as { data?: unknown; errors?: readonly unknown[] };
      if (status >= unavailableStatus) throw new Unavailable(name, errors);
      if (errors !== undefined || data === undefined) throw new SiblingRefused(name, errors);
      return data;
    },
    [Symbol.asyncDispose]: () => agent.destroy(),
  };
}

async function attempt<Answer>(attemptsMax: number, ask: () => Promise<Answer>): Promise<Answer> {
  for (let n = 1; ; n++) {
    try {
      return await ask();
    } catch (error) {
      if (n >= attemptsMax || !(error instanceof Unavailable)) throw error;
      await sleep(retryDelayMs * n * (0.5 + Math.random()));
    }
  }
}

async function post(
  agent: Dispatcher,
  name: string,
  url: string,
  authorization: string,
  body: object,
): Promise<{ status: number; body: unknown }> {
  try {
    const answer = await request(url, {
      method: 'POST',
      dispatcher: agent,
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(answerTimeoutMs),
    });
    return { status: answer.statusCode, body: await answer.body.json() };
  } catch (cause) {
    throw new Unavailable(name, cause);
  }
}

/** The sibling answered, and its answer was errors: a mistake of ours, or a fault of its own. */
export class SiblingRefused extends AppError {
  override readonly name = 'SiblingRefused';
  readonly errors: unknown;

  constructor(sibling: string, errors: unknown) {
    super('UNAVAILABLE', 'A part that this needs could not do it.', {
      cause: new Error(`${sibling} answered: ${JSON.stringify(errors)}`),
    });
    this.errors = errors;
  }
}

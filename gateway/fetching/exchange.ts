import type { Connection, HttpExchange } from './http/connection.ts';
import type { Connections } from './http/connections.ts';
import { writeRequest, type HttpMessage } from './http/request.ts';
import type { HttpResponse } from './http/response-reader.ts';
import { answeredOtherwise, brokenOff, tookTooLong, type NoAnswer } from './no-answer.ts';

export interface ExchangeOptions {
  /** The beginning of the request, of `postTo`. */
  readonly start: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: string;
  /** From now to the end of the answer. */
  readonly timeoutMs: number;
}

/**
 * Posts once; resolves to the answer's text.
 * @throws NoAnswer when there is none.
 */
export function exchange(connections: Connections, options: ExchangeOptions): Promise<string> {
  return new Promise<string>((resolve, reject) => {
    let message: HttpMessage;
    try {
      message = writeRequest(options.start, options.headers, options.body);
    } catch (error) {
      reject(brokenOff(error as Error, false));
      return;
    }
    const { timeoutMs } = options;
    connections.send(new Exchange(connections, { message, timeoutMs, resolve, reject }));
  });
}

interface Asked {
  readonly message: HttpMessage;
  readonly timeoutMs: number;
  readonly resolve: (text: string) => void;
  readonly reject: (reason: NoAnswer) => void;
}

class Exchange implements HttpExchange {
  readonly message: HttpMessage;
  readonly #resolve: (text: string) => void;
  readonly #reject: (reason: NoAnswer) => void;
  /** One for all of it: it goes on while this waits for a connection, and with each piece. */
  readonly #timer: NodeJS.Timeout;
  #connection: Connection | undefined;
  #isOver = false;

  constructor(connections: Connections, { message, timeoutMs, resolve, reject }: Asked) {
    this.message = message;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#timer = setTimeout(() => {
      const failure = tookTooLong(timeoutMs);
      this.#fail(failure);
      connections.forget(this);
      this.#connection?.close(failure); // or its answer would be taken for the next one's
    }, timeoutMs);
  }

  onSent(connection: Connection): void {
    this.#connection = connection;
  }

  onResponse({ status, contentType, text }: HttpResponse): void {
    if (!isAnswer(status, contentType, text)) {
      this.#fail(answeredOtherwise(status, text));
      return;
    }
    this.#end();
    this.#resolve(text);
  }

  onError(error: Error, wasSent: boolean): void {
    this.#fail(brokenOff(error, wasSent));
  }

  #fail(failure: NoAnswer): void {
    if (this.#isOver) return;
    this.#end();
    this.#reject(failure);
  }

  #end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }
}

const json = /^application\/(?:graphql-response\+)?json\b/i;
const unauthorized = 401;

/** Whether it is GraphQL's; what is in an answer that says so is for whoever reads it. */
function isAnswer(status: number, contentType: string | undefined, text: string): boolean {
  if (status >= 200 && status < 300) return contentType === undefined || json.test(contentType);
  return status !== unauthorized && isGraphqlResponse(text); // 401: our token, not the caller's
}

function isGraphqlResponse(text: string): boolean {
  try {
    const content: unknown = JSON.parse(text);
    if (typeof content !== 'object' || content === null) return false;
    return 'data' in content || ('errors' in content && areErrors(content.errors));
  } catch {
    return false;
  }
}

function areErrors(errors: unknown): boolean {
  const isError = (error: unknown) =>
    typeof error === 'object' &&
    error !== null &&
    'message' in error &&
    typeof error.message === 'string';
  return Array.isArray(errors) && errors.length > 0 && errors.every(isError);
}

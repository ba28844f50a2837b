import type { Dispatcher } from 'undici';
import { answeredOtherwise, brokenOff, tookTooLong, type NoAnswer } from './no-answer.ts';

export interface ExchangeOptions {
  /** Path and query of the subgraph's address. */
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body: string;
  /** From now to the end of the answer. */
  readonly timeoutMs: number;
}

/**
 * Posts once; resolves to the answer's text.
 * @throws NoAnswer when there is none.
 */
export function exchange(
  dispatcher: Dispatcher,
  { path, headers, body, timeoutMs }: ExchangeOptions,
): Promise<string> {
  return new Promise<string>((resolve, reject) => {
    dispatcher.dispatch(
      { path, method: 'POST', headers, body },
      new Exchange(resolve, reject, timeoutMs),
    );
  });
}

/** Much cheaper than undici's `request`, which makes a stream of each answer. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #resolve: (text: string) => void;
  readonly #reject: (reason: NoAnswer) => void;
  readonly #timer: NodeJS.Timeout;
  #controller: Dispatcher.DispatchController | undefined;
  #isOver = false;
  #status = 0;
  #contentType: string | undefined;
  /** Most answers come in one piece. */
  #first: Buffer | undefined;
  #more: Buffer[] | undefined;

  constructor(
    resolve: (text: string) => void,
    reject: (reason: NoAnswer) => void,
    timeoutMs: number,
  ) {
    this.#resolve = resolve;
    this.#reject = reject;
    // One timer for all of it: undici's own begin when a connection is free, and begin anew with
    // each piece of an answer.
    this.#timer = setTimeout(() => {
      const failure = tookTooLong(timeoutMs);
      this.#fail(failure);
      this.#controller?.abort(failure);
    }, timeoutMs);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Thrown, it is not sent, and the connection lives on; `abort` would close it.
    if (this.#isOver) throw new Error('nobody waits for it any more');
    this.#controller = controller;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    { 'content-type': contentType }: { 'content-type'?: string | undefined },
  ): void {
    this.#status = status;
    this.#contentType = contentType;
  }

  onResponseData(_controller: Dispatcher.DispatchController, piece: Buffer): void {
    if (this.#first === undefined) this.#first = piece;
    else if (this.#more === undefined) this.#more = [this.#first, piece];
    else this.#more.push(piece);
  }

  onResponseEnd(): void {
    const bytes = this.#more === undefined ? this.#first : Buffer.concat(this.#more);
    const text = bytes === undefined ? '' : bytes.toString();
    if (!isAnswer(this.#status, this.#contentType, text)) {
      this.#fail(answeredOtherwise(this.#status, text));
      return;
    }
    this.#end();
    this.#resolve(text);
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.#fail(brokenOff(error, this.#controller !== undefined));
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

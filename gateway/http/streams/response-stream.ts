import type { GraphQLFormattedError } from 'graphql';
import type { ServerResponse } from 'node:http';
import type { Outlet } from '../../subscriptions/outlet.ts';
import type { StreamFormat } from './format.ts';

const heartbeatEveryMs = 10_000;

/** A stream of answers in one response. */
export class ResponseStream implements Outlet {
  readonly #response: ServerResponse;
  readonly #format: StreamFormat;
  readonly #heart: NodeJS.Timeout;

  constructor(response: ServerResponse, format: StreamFormat, headers: readonly string[]) {
    this.#response = response;
    this.#format = format;
    response.writeHead(200, [...headers, 'content-type', format.contentType]);
    response.write(format.opening);
    this.#heart = setInterval(() => {
      if (this.isReady) response.write(format.heartbeat);
    }, heartbeatEveryMs);
    response.once('close', () => {
      clearInterval(this.#heart);
    });
  }

  get isReady(): boolean {
    return !this.#response.writableNeedDrain;
  }

  whenReady(callback: () => void): void {
    this.#response.once('drain', callback);
  }

  next(answer: string): void {
    this.#response.write(this.#format.next(answer));
  }

  end(errors?: readonly GraphQLFormattedError[]): void {
    this.#response.end(this.#format.end(errors));
  }

  overflow(): void {
    this.interrupt({
      message:
        'Too many events wait for you: come back with `since`, the last cursor that you got.',
      extensions: { code: 'SUBSCRIPTION_OVERFLOW' },
    });
  }

  sendAway(): void {
    this.interrupt({
      message: 'The schema has changed: come back, with `since` if you have a cursor.',
      extensions: { code: 'SCHEMA_CHANGED' },
    });
  }

  /** The stream is not over, but this response is. Who reads no more is cut off. */
  interrupt(reason: GraphQLFormattedError): void {
    if (this.isReady) this.#response.end(this.#format.interruption(reason));
    else this.#response.destroy();
  }
}

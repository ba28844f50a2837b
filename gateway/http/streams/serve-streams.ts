import type { GraphQLFormattedError } from 'graphql';
import type { ServerResponse } from 'node:http';
import { whenExpired, type Access } from '../../authority/access.ts';
import type { Revocations } from '../../authority/revocations.ts';
import type { GatewayContext } from '../../execution/context.ts';
import type { GraphRequest } from '../../execution/graph-answer.ts';
import type { Operate } from '../../subscriptions/operate.ts';
import type { Quota } from '../../subscriptions/quota.ts';
import type { StreamFormat } from './format.ts';
import { ResponseStream } from './response-stream.ts';

export interface StreamsOptions {
  readonly operate: Operate;
  /** How many connections that go on one address may have. */
  readonly addresses: Quota;
  /** Which of the tokens that were accepted are worth nothing any more. */
  readonly revocations?: Revocations | undefined;
  readonly clock: () => Date;
}

export interface Serving {
  readonly format: StreamFormat;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly asked: GraphRequest;
  readonly context: GatewayContext;
  readonly mayMutate: boolean;
}

/** The streams that go on in responses. Disposing it sends their clients away to come back. */
export class Streams implements Disposable {
  readonly #options: StreamsOptions;
  /** What ends each of them, and in whose name it is. */
  readonly #open = new Map<(reason: GraphQLFormattedError) => void, Access>();
  readonly #unsubscribe: (() => void) | undefined;

  constructor(options: StreamsOptions) {
    this.#options = options;
    const { revocations } = options;
    this.#unsubscribe = revocations?.onRevoked(() => {
      for (const [interrupt, access] of this.#open) {
        if (revocations.isRevoked(access)) interrupt(revoked);
      }
    });
  }

  /** Answers by a stream, until it ends, the client leaves, or its token expires. */
  serve(response: ServerResponse, { format, headers, asked, context, mayMutate }: Serving): void {
    const { operate, addresses, revocations, clock } = this.#options;
    const giveBack = addresses.take(response.socket?.remoteAddress ?? '');
    const stream = new ResponseStream(response, format, headers);
    if (!giveBack) {
      stream.interrupt(tooMany);
      return;
    }
    if (revocations?.isRevoked(context)) {
      giveBack(); // it was good when the request came in
      stream.interrupt(revoked);
      return;
    }
    const operation = operate(asked, context, stream, mayMutate);
    const interrupt = (reason: GraphQLFormattedError) => {
      operation.stop();
      stream.interrupt(reason);
    };
    this.#open.set(interrupt, context);
    const expiry = whenExpired(context, clock, () => {
      interrupt(expired);
    });
    response.once('close', () => {
      giveBack();
      clearTimeout(expiry);
      this.#open.delete(interrupt);
      operation.stop();
    });
  }

  [Symbol.dispose](): void {
    this.#unsubscribe?.();
    for (const interrupt of this.#open.keys()) interrupt(restarting);
  }
}

const expired: GraphQLFormattedError = {
  message: 'Your access token has expired: come back with another.',
  extensions: { code: 'UNAUTHENTICATED' },
};

const revoked: GraphQLFormattedError = {
  message: 'Your access token has been revoked: come back with another.',
  extensions: { code: 'UNAUTHENTICATED' },
};

const tooMany: GraphQLFormattedError = {
  message: 'Too many streams from one address: end some first.',
  extensions: { code: 'TOO_MANY_STREAMS' },
};

const restarting: GraphQLFormattedError = {
  message: 'The service restarts: come back, with `since` if you have a cursor.',
  extensions: { code: 'SERVICE_RESTART' },
};

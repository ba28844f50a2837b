import type { GraphQLFormattedError } from 'graphql';
import {
  CloseCode,
  MessageType,
  parseMessage,
  type ConnectionInitMessage,
  type Message,
  type SubscribeMessage,
} from 'graphql-ws';
import { randomUUID } from 'node:crypto';
import type { RawData, WebSocket } from 'ws';
import { whenExpired, type Access } from '../../authority/access.ts';
import type { VerifyAccessToken } from '../../authority/access-token.ts';
import type { Operate, Operating } from '../../subscriptions/operate.ts';
import type { Outlet } from '../../subscriptions/outlet.ts';
import { broken, closingOf, expired, schemaChanged, type Closing } from './closing.ts';
import { Outgoing } from './outgoing.ts';

export interface ConnectionOptions {
  readonly verifyAccessToken: VerifyAccessToken;
  readonly operate: Operate;
  /** How an error that nobody expected is logged. */
  readonly onFailure: (error: unknown) => void;
  readonly clock: () => Date;
}

const introductionTimeoutMs = 3_000;
const operationsMax = 100;
const lastAnswersTimeoutMs = 10_000;

/** What the request that a socket began as said. */
export interface Upgrade {
  /** What the introduction says comes first. */
  readonly authorization: string | undefined;
  readonly languages: string | undefined;
}

/**
 * One client's socket by graphql-transport-ws: queries, mutations and subscriptions, in the name of the token in
 * `connection_init`, or else of the access cookie.
 * (https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md)
 */
export class Connection {
  readonly #socket: WebSocket;
  readonly #options: ConnectionOptions;
  readonly #outgoing: Outgoing;
  readonly #operations = new Map<string, Operating>();
  #isIntroduced = false;
  #access: Access | undefined;
  #authorization: string | undefined;
  readonly #languages: string | undefined;
  /** Of the introduction, and then of the token's life. */
  #timer: NodeJS.Timeout | undefined;
  /** While its client is about to be sent away: of what is answered before. */
  #lastAnswers: NodeJS.Timeout | undefined;

  constructor(
    socket: WebSocket,
    { authorization, languages }: Upgrade,
    options: ConnectionOptions,
  ) {
    this.#socket = socket;
    this.#authorization = authorization;
    this.#languages = languages;
    this.#options = options;
    this.#outgoing = new Outgoing(socket);
    this.#timer = setTimeout(() => {
      this.close([CloseCode.ConnectionInitialisationTimeout, 'Connection initialisation timeout']);
    }, introductionTimeoutMs);
    socket.on('message', (data) => {
      this.#receive(data);
    });
    socket.on('close', () => {
      this.#leave();
    });
    socket.on('error', () => undefined); // a `close` follows
  }

  /** Who is at the other end; undefined before the introduction. */
  get access(): Access | undefined {
    return this.#access;
  }

  close([code, reason]: Closing): void {
    this.#leave();
    this.#socket.close(code, reason);
  }

  #receive(data: RawData): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    let message: Message;
    try {
      message = parseMessage(textOf(data));
    } catch {
      this.close([CloseCode.BadRequest, 'Invalid message received']);
      return;
    }
    switch (message.type) {
      case MessageType.ConnectionInit:
        this.#introduce(message);
        break;
      case MessageType.Ping:
        this.#send({
          type: MessageType.Pong,
          ...(message.payload && { payload: message.payload }),
        });
        break;
      case MessageType.Subscribe:
        this.#begin(message);
        break;
      case MessageType.Complete:
        this.#stop(message.id);
        break;
      case MessageType.Pong:
        break;
      default:
        this.close([CloseCode.BadRequest, `A client sends no ${message.type}`]);
    }
  }

  #introduce({ payload }: ConnectionInitMessage): void {
    if (this.#isIntroduced) {
      this.close([CloseCode.TooManyInitialisationRequests, 'Too many initialisation requests']);
      return;
    }
    this.#isIntroduced = true;
    clearTimeout(this.#timer);
    const authorization = authorizationOf(payload) ?? this.#authorization;
    Promise.try(this.#options.verifyAccessToken, authorization).then(
      (access) => {
        this.#welcome(access, authorization);
      },
      (error: unknown) => {
        const closing = closingOf(error);
        if (closing === broken) this.#options.onFailure(error);
        this.close(closing);
      },
    );
  }

  #welcome(access: Access, authorization: string | undefined): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#access = access;
    this.#authorization = authorization;
    this.#timer = whenExpired(access, this.#options.clock, () => {
      this.close(expired);
    });
    this.#send({ type: MessageType.ConnectionAck });
  }

  #begin({ id, payload }: SubscribeMessage): void {
    const access = this.#access;
    if (!access) {
      this.close([CloseCode.Unauthorized, 'Unauthorized']);
      return;
    }
    if (this.#operations.has(id)) {
      this.close([CloseCode.SubscriberAlreadyExists, `Subscriber for ${id} already exists`]);
      return;
    }
    if (this.#operations.size >= operationsMax) {
      this.#sendError(id, [tooMany]);
      return;
    }
    const request = {
      query: payload.query,
      operationName: payload.operationName ?? undefined,
      variables: payload.variables ?? {},
    };
    const context = {
      ...access,
      requestId: randomUUID(),
      authorization: this.#authorization,
      languages: this.#languages,
    };
    this.#operations.set(id, notYetBegun);
    const begun = this.#options.operate(request, context, this.#outletFor(id), true);
    // It may have ended by itself meanwhile.
    if (this.#operations.has(id)) this.#operations.set(id, begun);
  }

  #outletFor(id: string): Outlet {
    const outgoing = this.#outgoing;
    const prefix = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
    return {
      get isReady() {
        return outgoing.isReady;
      },
      whenReady: (callback) => {
        outgoing.whenReady(callback);
      },
      next: (answer) => {
        outgoing.send(`${prefix}${answer}}`);
      },
      end: (errors) => {
        if (errors) this.#sendError(id, errors);
        else {
          this.#operations.delete(id);
          this.#send({ id, type: MessageType.Complete });
        }
        this.#closeIfAnswered();
      },
      overflow: () => {
        this.close([1013, 'Too many events wait for you: come back with the last cursor']);
      },
      sendAway: () => {
        this.#lastAnswers ??= setTimeout(() => {
          this.close(schemaChanged);
        }, lastAnswersTimeoutMs);
        this.#closeIfAnswered();
      },
    };
  }

  /** A mutation that is cut off is one that nobody knows the outcome of. */
  #closeIfAnswered(): void {
    if (this.#lastAnswers === undefined) return;
    for (const { isStream } of this.#operations.values()) if (!isStream) return;
    this.close(schemaChanged);
  }

  #sendError(id: string, payload: readonly GraphQLFormattedError[]): void {
    this.#operations.delete(id);
    this.#send({ id, type: MessageType.Error, payload });
  }

  #send(message: object): void {
    this.#outgoing.send(JSON.stringify(message));
  }

  #stop(id: string): void {
    this.#operations.get(id)?.stop();
    this.#operations.delete(id);
  }

  #leave(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#lastAnswers);
    for (const operation of this.#operations.values()) operation.stop();
    this.#operations.clear();
  }
}

const notYetBegun: Operating = { isStream: false, stop: () => undefined };

const tooMany: GraphQLFormattedError = {
  message: `One socket takes ${operationsMax} operations at once: end some first.`,
  extensions: { code: 'TOO_MANY_OPERATIONS' },
};

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString();
  return Buffer.isBuffer(data) ? data.toString() : Buffer.from(data).toString();
}

/** As `{"Authorization": "Bearer …"}`; who sends none is nobody in particular. */
function authorizationOf(params: Readonly<Record<string, unknown>> = {}): string | undefined {
  const given = params['Authorization'] ?? params['authorization'] ?? undefined;
  return given === undefined || typeof given === 'string' ? given : '';
}

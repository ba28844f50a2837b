import net from 'node:net';
import tls from 'node:tls';
import { HttpError } from './http-error.ts';
import type { HttpMessage } from './request.ts';
import { ResponseReader, type HttpResponse } from './response-reader.ts';

/** One request, and who waits for what comes of it: one of the last two is called, once. */
export interface HttpExchange {
  readonly message: HttpMessage;
  onSent(connection: Connection): void;
  onResponse(response: HttpResponse): void;
  onError(error: Error, wasSent: boolean): void;
}

export interface ConnectionOptions {
  readonly origin: URL;
  /** Until something can be sent, TLS included. */
  readonly connectTimeoutMs: number;
  /** Of one body. */
  readonly bytesMax: number;
  /** Whom to believe, in place of those that Node believes. */
  readonly ca?: string | undefined;
}

/** Those who are told what becomes of a connection. */
export interface ConnectionOwner {
  /** It is connected, and nothing was asked yet. */
  onConnected(connection: Connection): void;
  /** It gave an answer, and may be asked again. */
  onFree(connection: Connection, keepAliveMs: number | undefined): void;
  /** It is of no use any more. */
  onClosed(connection: Connection, error: Error, wasConnected: boolean): void;
}

const pieceBytesMax = 64 * 2 ** 10;

/** A connection that carries one exchange at a time. */
export class Connection {
  readonly #owner: ConnectionOwner;
  readonly #socket: net.Socket;
  readonly #reader: ResponseReader;
  readonly #connectTimer: NodeJS.Timeout;
  #isConnected = false;
  #isClosed = false;
  #exchange: HttpExchange | undefined;

  constructor(options: ConnectionOptions, owner: ConnectionOwner) {
    const { connectTimeoutMs, bytesMax } = options;
    this.#owner = owner;
    this.#reader = new ResponseReader({ bytesMax });
    this.#socket = connect(options, (piece) => {
      this.#read(piece);
    });
    // Who waits for an answer has a timer of its own, and that keeps the process alive.
    this.#socket.unref();
    this.#socket.once(isSecure(options.origin) ? 'secureConnect' : 'connect', () => {
      this.#connected();
    });
    this.#socket.once('end', () => {
      this.#ended();
    });
    this.#socket.on('error', (error) => {
      this.close(error);
    });
    this.#socket.once('close', () => {
      this.close(closedByOther());
    });
    this.#connectTimer = setTimeout(() => {
      // A process that was busy for long sees its timers first, and then what has come meanwhile.
      setImmediate(() => {
        if (!this.#isConnected) this.close(connectTookTooLong(connectTimeoutMs));
      });
    }, connectTimeoutMs);
    this.#connectTimer.unref();
  }

  /** Only when it is connected, and free. */
  send(exchange: HttpExchange): void {
    this.#exchange = exchange;
    exchange.onSent(this);
    const { content, encoding } = exchange.message;
    this.#socket.write(content, encoding);
  }

  /** What is under way fails with that. */
  close(error: Error): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#connectTimer);
    this.#socket.destroy();
    const exchange = this.#exchange;
    this.#exchange = undefined;
    this.#owner.onClosed(this, error, this.#isConnected);
    exchange?.onError(error, true);
  }

  #connected(): void {
    if (this.#isClosed) return;
    this.#isConnected = true;
    clearTimeout(this.#connectTimer);
    this.#owner.onConnected(this);
  }

  #read(piece: Buffer): void {
    if (this.#isClosed) return;
    if (this.#exchange === undefined) {
      this.close(new HttpError('HTTP_MALFORMED', 'it answered what nobody asked'));
      return;
    }
    try {
      const response = this.#reader.read(piece);
      if (response !== undefined) this.#finish(this.#exchange, response);
    } catch (error) {
      this.close(error as Error);
    }
  }

  #finish(exchange: HttpExchange, response: HttpResponse): void {
    this.#exchange = undefined;
    // Answered before all was sent, it would take the rest for the next request.
    if (response.closes || this.#socket.writableLength > 0) this.close(closedByOther());
    else this.#owner.onFree(this, response.keepAliveMs);
    exchange.onResponse(response);
  }

  #ended(): void {
    const response = this.#reader.end();
    if (this.#exchange !== undefined && response !== undefined) {
      this.#finish(this.#exchange, response);
    } else {
      this.close(closedByOther());
    }
  }
}

function isSecure(origin: URL): boolean {
  return origin.protocol === 'https:';
}

function connect(options: ConnectionOptions, onPiece: (piece: Buffer) => void): net.Socket {
  const { origin, ca } = options;
  const buffer = Buffer.allocUnsafeSlow(pieceBytesMax);
  const host = origin.hostname.replace(/^\[(.*)\]$/, '$1'); // a `URL` has IPv6 in brackets
  const common = {
    host,
    port: Number(origin.port) || (isSecure(origin) ? 443 : 80),
    noDelay: true,
    // All pieces come in the same memory: cheaper than a stream that makes some for each.
    onread: {
      buffer,
      callback: (length: number) => {
        onPiece(buffer.subarray(0, length));
        return true;
      },
    },
  };
  if (!isSecure(origin)) return net.connect(common);
  const socket = tls.connect({
    ...common,
    servername: net.isIP(host) === 0 ? host : '', // an address is no name that could be indicated
    ALPNProtocols: ['http/1.1'],
    ...(ca !== undefined && { ca }),
  });
  socket.setNoDelay(true);
  return socket;
}

function closedByOther(): HttpError {
  return new HttpError('HTTP_CLOSED', 'the other side closed the connection');
}

function connectTookTooLong(ms: number): HttpError {
  return new HttpError('HTTP_CONNECT_TIMEOUT', `there was no connection in ${ms} ms`);
}

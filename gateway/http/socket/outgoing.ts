import type { WebSocket } from 'ws';

/** From here on what is sent waits in memory for a client that does not read: rather stop for a while. */
const bufferedBytesMax = 256 * 1024;

/** What is sent through a socket, with a word on when to stop. */
export class Outgoing {
  readonly #socket: WebSocket;
  #waiting: (() => void)[] = [];
  #isWatched = false;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  get isReady(): boolean {
    return this.#socket.bufferedAmount < bufferedBytesMax;
  }

  /** Calls back when enough of what was sent is on its way. */
  whenReady(callback: () => void): void {
    this.#waiting.push(callback);
  }

  send(text: string): void {
    // The message that fills the buffer tells when it has gone out, and all before it.
    if (this.#isWatched || this.#socket.bufferedAmount + text.length < bufferedBytesMax) {
      this.#socket.send(text, noticeNothing);
      return;
    }
    this.#isWatched = true;
    this.#socket.send(text, (error) => {
      this.#isWatched = false;
      if (error) return;
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const callback of waiting) callback();
    });
  }
}

/** A socket that breaks says so by itself. */
function noticeNothing(): void {
  // It closes.
}

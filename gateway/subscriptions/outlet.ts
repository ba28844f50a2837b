import type { GraphQLFormattedError } from 'graphql';

/** Where the answers of one stream go: an operation of a client. */
export interface Outlet {
  /** Whether it takes another answer at once, rather than keep it in memory for a client that is slow. */
  readonly isReady: boolean;
  /** Calls back once, as soon as it is ready again; never when the client has left. */
  whenReady(callback: () => void): void;
  /** Sends an answer: the JSON of an execution result. */
  next(answer: string): void;
  /** The stream is over, or, with errors, was none or breaks off. Nothing is sent after that. */
  end(errors?: readonly GraphQLFormattedError[]): void;
  /** The client is too far behind to be waited for any longer; it may come back with the last cursor that it got. */
  overflow(): void;
  /** The stream is not over, but is to be begun anew: the client is told to come back. Whose outlet it is stops it. */
  sendAway(): void;
}

/** The same, but that its end is told, too. */
export function endingWith(outlet: Outlet, onEnd: () => void): Outlet {
  return {
    get isReady() {
      return outlet.isReady;
    },
    whenReady: (callback) => {
      outlet.whenReady(callback);
    },
    next: (answer) => {
      outlet.next(answer);
    },
    end: (errors) => {
      onEnd();
      outlet.end(errors);
    },
    overflow: () => {
      onEnd();
      outlet.overflow();
    },
    sendAway: () => {
      outlet.sendAway();
    },
  };
}

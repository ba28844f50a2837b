import { GraphQLError, type FormattedExecutionResult } from 'graphql';
import { answerText } from '../execution/answer-text.ts';
import type { GatewayContext } from '../execution/context.ts';
import type { GraphAnswer } from '../execution/graph-answer.ts';
import { follow, type FollowParts } from './follow.ts';
import { createMailbox } from './mailbox.ts';
import type { PreparedStream } from './prepare-stream.ts';
import { cursorOf } from './resumable.ts';

/** One event, with what other subgraphs know of it, ready to be sent to any number of clients. */
export interface Item {
  /** The JSON of an execution result. */
  readonly text: string;
  /** Behind which a stream can be taken up again; undefined where there is none. */
  readonly cursor: unknown;
}

export interface SourceParts extends FollowParts {
  /** How an error that nobody expected is told, once it is logged. */
  readonly failureOf: (error: unknown) => GraphQLError;
}

/** What is followed, and in whose name. */
export interface Following {
  readonly stream: PreparedStream;
  /** As the client sent them. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: GatewayContext;
  /** Fetches what the event's own subgraph does not know of it. */
  readonly complete: (event: FormattedExecutionResult) => Promise<GraphAnswer>;
}

export interface SourceListener {
  readonly onItem: (item: Item) => void;
  /** Once, unless it was closed before; with an error if the stream was refused, or broke off. */
  readonly onEnd: (error: GraphQLError | undefined) => void;
}

/** How many events wait at most while those before them are completed; the others wait at the subgraph. */
const waitingMax = 256;

/**
 * Follows a stream from behind a cursor, or from the present state, through every drop of the connection, and
 * completes one event after the other.
 * @returns what closes it; nothing is told after that.
 */
export function openSource(
  parts: SourceParts,
  { stream, variables, context, complete }: Following,
  since: unknown,
  { onItem, onEnd }: SourceListener,
): () => void {
  const { primary, resumable } = stream;
  const leaving = new AbortController();
  const { signal } = leaving;
  const mailbox = createMailbox<FormattedExecutionResult>({
    max: waitingMax,
    isThinned: resumable === null, // without cursors each event is the whole state
  });

  async function pass(): Promise<void> {
    for await (const event of mailbox) {
      const answer = await complete(event);
      if (signal.aborted) return;
      onItem({ text: answerText(answer), cursor: cursorOf(event) });
    }
  }

  follow(parts, { primary, variables, context, since }, mailbox, signal).catch((error: unknown) => {
    mailbox.end(error as Error); // heard only if nobody closed it
  });
  pass().then(
    () => {
      if (!signal.aborted) onEnd(undefined);
    },
    (error: unknown) => {
      if (!signal.aborted) onEnd(error instanceof GraphQLError ? error : parts.failureOf(error));
    },
  );
  return () => {
    leaving.abort();
    mailbox.end();
  };
}

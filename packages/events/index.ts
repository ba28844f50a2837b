export { createPostgresBus } from './bus.ts';
export { Bell, repeat } from './bell.ts';
export { BadCursor, decodeCursor, encodeCursor } from './cursor.ts';
export type { CloudEvent, NewEvent } from './event.ts';
export { openEvents, openPool } from './events.ts';
export { once, type Attempt } from './once.ts';
export { drainOutbox } from './relay.ts';
export { createStreams, type StreamEvent, type Streams } from './streams.ts';
export {
  createTransact,
  type Sql,
  type Transact,
  type TransactionalClient,
} from './transaction.ts';
export { untilReturned } from './until-returned.ts';

import { parseArgs } from 'node:util';
import { count, names } from '../gateway/options.ts';
import { tables } from './tables.ts';

export interface Options {
  /** How often each contender has its turn. */
  readonly rounds: number;
  /** How long each rate of events lasts in a turn. */
  readonly seconds: number;
  /** `orders` besides those of the subgraph that ticks. */
  readonly tables: ReadonlySet<string>;
}

/** Reads the flags; says in one sentence what is wrong with them. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '5' },
      tables: { type: 'string' },
    },
  });
  return {
    rounds: count('rounds', values.rounds),
    seconds: count('seconds', values.seconds),
    tables: names('tables', values.tables, [...tables, { name: 'orders' }]),
  };
}

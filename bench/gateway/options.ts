import { parseArgs } from 'node:util';
import { gateways } from './gateways.ts';
import { tables } from './tables.ts';

export interface Options {
  /** How often each gateway has its turn. */
  readonly rounds: number;
  /** How long a turn lasts. */
  readonly seconds: number;
  readonly gateways: ReadonlySet<string>;
  readonly tables: ReadonlySet<string>;
}

/** Reads the flags; says in one sentence what is wrong with them. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '5' },
      only: { type: 'string' },
      tables: { type: 'string' },
    },
  });
  return {
    rounds: count('rounds', values.rounds),
    seconds: count('seconds', values.seconds),
    gateways: names('only', values.only, gateways),
    tables: names('tables', values.tables, tables),
  };
}

/** A number from a flag. */
export function count(flag: string, value: string): number {
  if (!/^[1-9]\d{0,3}$/.test(value)) throw new Error(`--${flag} takes a number from 1 to 9999`);
  return Number(value);
}

/** Some of all, from a flag; all unless it is given. */
export function names(
  flag: string,
  value: string | undefined,
  all: readonly { readonly name: string }[],
): ReadonlySet<string> {
  const known = new Set(all.map(({ name }) => name));
  const asked = value === undefined ? known : new Set(value.split(','));
  if (!asked.isSubsetOf(known)) {
    throw new Error(`--${flag} takes some of ${[...known].join(',')}, with commas between`);
  }
  return asked;
}

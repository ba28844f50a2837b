import { parseArgs } from 'node:util';
import { count, names } from '../gateway/options.ts';

export interface Options {
  /** How often each has its turn. */
  readonly rounds: number;
  /** How long a turn lasts. */
  readonly seconds: number;
  readonly tables: ReadonlySet<string>;
  /** How many products the smaller of the made-up catalogues has. */
  readonly products: number;
  /** How many the larger one has; null leaves it out. */
  readonly large: number | null;
  /** Imported besides the repository's own. */
  readonly files: readonly string[];
}

const tables = [{ name: 'real' }, { name: 'vendure' }, { name: 'growth' }];

/** Reads the flags; says in one sentence what is wrong with them. */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '4' },
      tables: { type: 'string' },
      products: { type: 'string', default: '3000' },
      large: { type: 'boolean', default: false },
      'large-products': { type: 'string', default: '1000000' },
    },
    allowPositionals: true,
  });
  return {
    rounds: count('rounds', values.rounds),
    seconds: count('seconds', values.seconds),
    tables: names('tables', values.tables, tables),
    products: productCount('products', values.products),
    large: values.large ? productCount('large-products', values['large-products']) : null,
    files: positionals,
  };
}

function productCount(flag: string, value: string): number {
  const products = Number(value);
  if (Number.isInteger(products) && products >= 100 && products <= 3_000_000) return products;
  throw new Error(`--${flag} takes a number from 100 to 3000000`);
}

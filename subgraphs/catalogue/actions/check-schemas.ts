import { Refusal } from '#errors';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ProductRecord } from '../domain/product-record.ts';

/** Null, or which configuration field's JSON Schema (2020-12) can't be used: carts check what is filled in by it. */
export function schemaProblem({ configurationFields }: ProductRecord): Refusal | null {
  for (const [index, { schema }] of configurationFields.entries()) {
    const reason = reasonAgainst(schema);
    if (reason === null) continue;
    const path = ['configurationFields', `${index}`, 'schema'];
    return new Refusal('INVALID_SCHEMA', `\`${path.join('.')}\`: ${reason}`, path);
  }
  return null;
}

/** Why a JSON Schema (2020-12) can't be used, or null. */
export function reasonAgainst(schema: object): string | null {
  const key = JSON.stringify(schema);
  const found = known.get(key);
  if (found !== undefined) return found;
  const reason = compileProblem(schema);
  if (known.size >= knownMax) known.clear();
  known.set(key, reason);
  return reason;
}

/** Of an import's many products most have the same few, and to compile one takes milliseconds. */
const known = new Map<string, string | null>();
const knownMax = 1_000;

function compileProblem(schema: object): string | null {
  // Carts compile the schemas of all products in one place, where a name may be given once.
  if ('$id' in schema) return 'leave out `$id`.';
  try {
    new Ajv2020({ strict: false }).compile(schema);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

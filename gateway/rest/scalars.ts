import { CurrencyCode, DateTime, Decimal, Locale, Url } from '#graphql';
import type { GraphQLNamedType, GraphQLScalarType } from 'graphql';
import type { JsonSchema } from './json-schema.ts';

/** How a scalar stands in an address and in JSON. */
export interface RestScalar {
  readonly schema: JsonSchema;
  /** Its value, or undefined when the text means none. */
  readonly read: (text: string) => unknown;
  /** What to give instead: `a whole number, such as 20`. */
  readonly remedy: string;
}

const int32Max = 2 ** 31 - 1;

function readInt(text: string): number | undefined {
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : NaN;
  return value >= -int32Max - 1 && value <= int32Max ? value : undefined;
}

function readFloat(text: string): number | undefined {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
  return Number.isFinite(value) ? value : undefined;
}

function readBoolean(text: string): boolean | undefined {
  return text === 'true' ? true : text === 'false' ? false : undefined;
}

/** The text itself, where the scalar takes it: a subgraph reads it again. */
function takenBy(scalar: GraphQLScalarType): RestScalar['read'] {
  return (text) => {
    try {
      scalar.parseValue(text);
      return text;
    } catch {
      return undefined;
    }
  };
}

const text: RestScalar = { schema: { type: 'string' }, read: (given) => given, remedy: 'a text' };

const scalars: Readonly<Record<string, RestScalar>> = {
  Int: {
    schema: { type: 'integer', format: 'int32' },
    read: readInt,
    remedy: 'a whole number, such as 20',
  },
  Float: { schema: { type: 'number' }, read: readFloat, remedy: 'a number, such as 0.5' },
  Boolean: { schema: { type: 'boolean' }, read: readBoolean, remedy: 'true or false' },
  String: text,
  ID: text,
  DateTime: {
    schema: { type: 'string', format: 'date-time' },
    read: takenBy(DateTime),
    remedy: 'an instant (RFC 3339), such as 2026-11-23T12:00:00Z',
  },
  Decimal: {
    schema: { type: 'string', pattern: '^-?[0-9]{1,20}(\\.[0-9]{1,12})?$' },
    read: takenBy(Decimal),
    remedy: 'a decimal number, such as 12.50',
  },
  CurrencyCode: {
    schema: { type: 'string', pattern: '^[A-Z]{3}$' },
    read: takenBy(CurrencyCode),
    remedy: 'an ISO 4217 code, such as USD',
  },
  URL: {
    schema: { type: 'string', format: 'uri', pattern: '^https?://' },
    read: takenBy(Url),
    remedy: 'a web address, such as https://example.com/picture.jpg',
  },
  Locale: {
    schema: { type: 'string', pattern: '^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}$' },
    read: takenBy(Locale),
    remedy: 'a language tag (BCP 47), such as en or pt-BR',
  },
};

/** A scalar that nobody knows may be anything in an answer. */
export function scalarOf({ name }: GraphQLNamedType): RestScalar {
  return scalars[name] ?? { ...text, schema: {} };
}

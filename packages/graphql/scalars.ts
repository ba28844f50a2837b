import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';

/** An instant in UTC, RFC 3339, with milliseconds: `2026-11-23T12:00:00.000Z`. */
export const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  serialize: (value) => {
    if (value instanceof Date) return value.toISOString();
    throw new TypeError('DateTime serializes dates only');
  },
  parseValue: (value) => instant(value),
  parseLiteral: (node) => instant(node.kind === Kind.STRING ? node.value : undefined),
});

/** An exact decimal number as a string: `"0.004200"`. */
export const Decimal = textScalar(
  'Decimal',
  /^-?\d{1,20}(\.\d{1,12})?$/,
  'Give a decimal number as a string, such as "12.50".',
);

/** An ISO 4217 code: `USD`. */
export const CurrencyCode = textScalar(
  'CurrencyCode',
  /^[A-Z]{3}$/,
  'Give an ISO 4217 code, such as USD.',
);

/** A BCP 47 language tag: `en`, `pt-BR`. */
export const Locale = textScalar(
  'Locale',
  /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}$/,
  'Give a language tag (BCP 47), such as en or pt-BR.',
);

/** A web address, of `http` or `https`. */
export const Url = textScalar(
  'URL',
  /^https?:\/\/[^\s/?#"<>\\^`{|}]+[^\s"<>\\^`{|}]{0,2000}$/,
  'Give a web address, such as https://example.com/picture.jpg.',
);

function instant(value: unknown): Date {
  const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
  const date = new Date(typeof value === 'string' && rfc3339.test(value) ? value : Number.NaN);
  if (!Number.isNaN(date.getTime())) return date;
  throw new GraphQLError('Give an instant such as 2026-11-23T12:00:00Z (RFC 3339).');
}

function textScalar(name: string, shape: RegExp, remedy: string) {
  const read = (value: unknown): string => {
    if (typeof value === 'string' && shape.test(value)) return value;
    throw new GraphQLError(remedy);
  };
  return new GraphQLScalarType<string, string>({
    name,
    serialize: read,
    parseValue: read,
    parseLiteral: (node: ValueNode) => read(node.kind === Kind.STRING ? node.value : undefined),
  });
}

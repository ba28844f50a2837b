import { isEnumType, isSpecifiedScalarType, type GraphQLLeafType } from 'graphql';
import { quote } from './json.ts';
import type { Value } from './values.ts';
import type { Write, Writing } from './writing.ts';

/** Compiles how values of a leaf's type are written: as they came, if the type has them. Subgraphs have coerced them. */
export function compileLeaf(type: GraphQLLeafType, ifInvalid: string): Write {
  if (isEnumType(type)) {
    const texts = new Set<Value>(type.getValues().map(({ name }) => quote(name)));
    return (value, writing) =>
      texts.has(value) ? (value as string) : writeOther(value, writing, ifInvalid);
  }
  const compile = isSpecifiedScalarType(type) ? specified[type.name] : undefined;
  // What a scalar of one's own may be, only its subgraph knows.
  if (!compile) return (value) => (typeof value === 'string' ? value : 'null');
  return compile(ifInvalid);
}

const specified: Readonly<Record<string, (ifInvalid: string) => Write>> = {
  String: (ifInvalid) => (value, writing) =>
    isString(value) ? value : writeOther(value, writing, ifInvalid),
  ID: (ifInvalid) => (value, writing) =>
    isString(value) ? value : (integerText(value) ?? writeOther(value, writing, ifInvalid)),
  Int: (ifInvalid) => (value, writing) =>
    integerText(value) ?? writeOther(value, writing, ifInvalid),
  Float: (ifInvalid) => (value, writing) =>
    isFloat(value) ? value : writeOther(value, writing, ifInvalid),
  Boolean: (ifInvalid) => (value, writing) =>
    value === 'true' || value === 'false' ? value : writeOther(value, writing, ifInvalid),
};

function writeOther(value: Value, writing: Writing, ifInvalid: string): string | undefined {
  return value === null || value === undefined ? 'null' : writing.report(ifInvalid);
}

const quoteCode = 0x22;

function isString(value: Value): value is string {
  return typeof value === 'string' && value.charCodeAt(0) === quoteCode;
}

function isFloat(value: Value): value is string {
  return Number.isFinite(numberOf(value));
}

/** What a number in JSON comes to; NaN for what is none. */
function numberOf(value: Value): number {
  return typeof value === 'string' && /^[-\d]/.test(value) ? Number(value) : Number.NaN;
}

/** From here on numbers are written with an exponent. */
const exponentFrom = 1e21;

/** Other ways to write an integer, such as 1e3 and 1.0, are put right. */
function integerText(value: Value): string | undefined {
  if (isPlainInteger(value)) return value;
  const number = numberOf(value);
  const isInteger = Number.isInteger(number) && Math.abs(number) < exponentFrom;
  return isInteger ? number.toString() : undefined;
}

const plainMax = 15;
const [zeroCode, nineCode] = [0x30, 0x39];

/** Digits alone, and not too many of them. */
function isPlainInteger(value: Value): value is string {
  if (typeof value !== 'string' || value.length > plainMax) return false;
  for (let index = 0; index < value.length; index += 1) {
    const code = value.charCodeAt(index);
    if (code < zeroCode || code > nineCode) return false;
  }
  return true;
}

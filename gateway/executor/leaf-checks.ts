import { isEnumType, isSpecifiedScalarType, type GraphQLLeafType } from 'graphql';
import { codes, type Cursor } from './json-cursor.ts';
import { quote } from './json.ts';

/** Passes over what the cursor is at, if it is what has to be there. */
export type Check = (cursor: Cursor) => boolean;

/** Compiles how a leaf's text is recognised as one that may go out as it is. */
export function compileLeafCheck(type: GraphQLLeafType): Check {
  if (isEnumType(type)) {
    const texts = new Set(type.getValues().map(({ name }) => quote(name)));
    return (cursor) => {
      const start = cursor.at;
      return passString(cursor) && texts.has(cursor.text.slice(start, cursor.at));
    };
  }
  return isSpecifiedScalarType(type) ? (specified[type.name] ?? passAny) : passAny;
}

const specified: Readonly<Record<string, Check>> = {
  String: passString,
  ID: (cursor) => passString(cursor) || passInteger(cursor),
  Int: passInteger,
  Float: passFloat,
  Boolean: (cursor) => cursor.skip('true') || cursor.skip('false'),
};

function passString(cursor: Cursor): boolean {
  if (cursor.text.charCodeAt(cursor.at) !== codes.quote) return false;
  cursor.at = cursor.endOfString(cursor.at);
  return true;
}

// Few enough digits for a number in JavaScript, and no exponent.
const integers = /(?:0|-?[1-9]\d{0,14})(?![\d.eE])/y;
const floats = /-?(?:0|[1-9]\d{0,14})(?:\.\d+)?(?![\d.eE])/y;

function passInteger(cursor: Cursor): boolean {
  return cursor.match(integers);
}

function passFloat(cursor: Cursor): boolean {
  return cursor.match(floats);
}

function passAny(cursor: Cursor): boolean {
  return cursor.readText() !== 'null';
}

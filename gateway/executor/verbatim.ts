import {
  getNullableType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLNamedOutputType,
  type GraphQLOutputType,
} from 'graphql';
import type { AskedObject } from './asked.ts';
import { Cursor, NotCompact } from './json-cursor.ts';
import { compileLeafCheck, type Check } from './leaf-checks.ts';
import { quote } from './json.ts';
import type { OnExtensions } from './run.ts';
import { collect, fieldOf, selectionsWithin, type Selections } from './selection.ts';
import type { Shape } from './writer.ts';

/** The data of a subgraph's answer as they came, if that is just what the client gets; else undefined. */
export type Verbatim = (answer: string, onExtensions?: OnExtensions) => string | undefined;

/**
 * Compiles how the answer of the only fetch of a plan is recognised as one that needs no work: what the client asked
 * for and nothing else, in order, every value one that its type has. Undefined if no answer can be that.
 */
export function compileVerbatim(
  shape: Shape,
  type: GraphQLNamedOutputType,
  fetched: AskedObject,
): Verbatim | undefined {
  const asked = isObjectType(type) ? [{ parent: type, set: shape.operation.selectionSet }] : [];
  const check = compileObject(shape, type, asked, fetched);
  if (!check) return undefined;
  return (answer, onExtensions) => {
    if (!answer.startsWith(opening)) return undefined;
    const cursor = new Cursor(answer);
    cursor.at = opening.length;
    try {
      if (!check(cursor)) return undefined;
      const end = cursor.at;
      const said = cursor.skip(extensions) ? cursor.readText() : 'null';
      if (!isClosing(cursor)) return undefined;
      if (said !== 'null') onExtensions?.(said);
      return answer.slice(opening.length, end);
    } catch (error) {
      if (error instanceof NotCompact) return undefined;
      throw error;
    }
  };
}

const opening = '{"data":';
const extensions = ',"extensions":';

function isClosing(cursor: Cursor): boolean {
  return cursor.skip('}') && cursor.text.slice(cursor.at).trim() === '';
}

function compileObject(
  shape: Shape,
  type: GraphQLNamedOutputType,
  asked: readonly Selections[],
  fetched: AskedObject,
): Check | undefined {
  if (!isObjectType(type)) return undefined;
  const fields = [...collect(shape, type, asked).fields];
  if (fields.length === 0 || fields.length !== fetched.fields.length) return undefined;
  const parts: { readonly prefix: string; readonly check: Check }[] = [];
  for (const [index, [key, places]] of fields.entries()) {
    const { key: fetchedKey, inner } = fetched.fields[index] ?? {};
    const [{ parent, node }] = places;
    if (places.some((place) => shape.refused.has(place.node))) return undefined;
    const definition = fieldOf(parent, node.name.value);
    const check =
      node.name.value === '__typename'
        ? (cursor: Cursor) => cursor.skip(quote(type.name))
        : definition && compileValue(shape, definition.type, selectionsWithin(places), inner);
    if (key !== fetchedKey || !check) return undefined;
    parts.push({ prefix: `${index === 0 ? '{' : ','}${quote(key)}:`, check });
  }
  return (cursor) => {
    for (const { prefix, check } of parts) {
      if (!cursor.skip(prefix) || !check(cursor)) return false;
    }
    return cursor.skip('}');
  };
}

function compileValue(
  shape: Shape,
  type: GraphQLOutputType,
  asked: readonly Selections[],
  fetched: AskedObject | undefined,
): Check | undefined {
  const nullable = getNullableType(type);
  const check = isListType(nullable)
    ? compileList(compileValue(shape, nullable.ofType, asked, fetched))
    : isLeafType(nullable)
      ? compileLeafCheck(nullable)
      : fetched && compileObject(shape, nullable, asked, fetched);
  if (!check || isNonNullType(type)) return check;
  return (cursor) => cursor.skip('null') || check(cursor);
}

function compileList(check: Check | undefined): Check | undefined {
  if (!check) return undefined;
  return (cursor) => {
    if (cursor.skip('[]')) return true;
    if (!cursor.skip('[')) return false;
    do if (!check(cursor)) return false;
    while (cursor.skip(','));
    return cursor.skip(']');
  };
}

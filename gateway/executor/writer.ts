import {
  getNullableType,
  isCompositeType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLCompositeType,
  type GraphQLLeafType,
  type GraphQLOutputType,
} from 'graphql';
import { compileIntrospection, type IntrospectionSources } from './introspection.ts';
import { isInherited, isObject, own, quote, type JsonObject } from './json.ts';
import { leafText } from './leaves.ts';
import {
  collectFields,
  fieldOf,
  selectionsWithin,
  type AskedField,
  type Reading,
  type Selections,
} from './selection.ts';
import type { Place } from './targets.ts';
import type { Write, Writing } from './writing.ts';

/** An operation, as its answers look. */
export interface Shape extends Reading, IntrospectionSources {
  /** Whether one object may be in an answer several times there. */
  readonly mayBeShared: (place: Place) => boolean;
}

interface Field {
  readonly key: string;
  readonly isInherited: boolean;
  /** What goes before its value. */
  readonly prefix: string;
  readonly isRequired: boolean;
  readonly ifNull: string;
  readonly write: Write;
}

/** What is asked of the values at one place. */
interface Spot {
  readonly asked: readonly Selections[];
  readonly place: Place;
  /** The field's, such as `Order.lines`. */
  readonly coordinate: string;
}

/**
 * Compiles how answers are written: the fields that were asked for and no others, in their order, and null where
 * GraphQL wants it. Each type's part is compiled when the first object of that type comes.
 */
export function compileWriter(shape: Shape, type: GraphQLCompositeType): Write {
  const asked = [{ parent: type, set: shape.operation.selectionSet }];
  return compileObject(shape, type, { asked, place: [], coordinate: type.name });
}

function compileValue(shape: Shape, type: GraphQLOutputType, spot: Spot): Write {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return compileList(shape, nullable.ofType, spot);
  return isLeafType(nullable) ? compileLeaf(nullable, spot) : compileObject(shape, nullable, spot);
}

function compileLeaf(type: GraphQLLeafType, { coordinate }: Spot): Write {
  const textOf = leafText(type);
  const ifInvalid = invalidAt(coordinate);
  return (value, writing) => {
    if (value === null || value === undefined) return 'null';
    return textOf(value) ?? writing.report(ifInvalid);
  };
}

function compileList(shape: Shape, itemType: GraphQLOutputType, spot: Spot): Write {
  const writeItem = compileValue(shape, itemType, spot);
  const isRequired = isNonNullType(itemType);
  const ifNull = nullAt(spot.coordinate);
  const ifInvalid = invalidAt(spot.coordinate);
  return (value, writing) => {
    if (value === null || value === undefined) return 'null';
    if (!Array.isArray(value)) return writing.report(ifInvalid);
    const depth = writing.depth++;
    let text = '[';
    let isValid = true;
    for (let index = 0; index < value.length; index += 1) {
      writing.path[depth] = index;
      let item = writeItem(value[index], writing);
      if (item === 'null' && isRequired) item = writing.report(ifNull);
      if (item === undefined && isRequired) isValid = false;
      text += index === 0 ? (item ?? 'null') : `,${item ?? 'null'}`;
    }
    writing.depth = depth;
    return isValid ? `${text}]` : undefined;
  };
}

function compileObject(shape: Shape, declared: GraphQLCompositeType, spot: Spot): Write {
  const byType = new Map<string, readonly Field[]>();
  const ifInvalid = invalidAt(spot.coordinate);
  const ifUnknown = `Invalid __typename found for object at field ${spot.coordinate}.`;

  function fieldsOf(typename: string): readonly Field[] | undefined {
    const known = byType.get(typename);
    if (known) return known;
    const type = shape.schema.getType(typename);
    if (!isCompositeType(type)) return undefined;
    const fields = compileFields(shape, type, spot);
    byType.set(typename, fields);
    return fields;
  }

  return (value, writing) => {
    if (value === null || value === undefined) return 'null';
    if (!isObject(value)) return writing.report(ifInvalid);
    const typename = value['__typename'] ?? declared.name;
    const fields = typeof typename === 'string' ? fieldsOf(typename) : undefined;
    return fields ? writeFields(value, fields, writing) : writing.report(ifUnknown);
  };
}

function writeFields(
  object: JsonObject,
  fields: readonly Field[],
  writing: Writing,
): string | undefined {
  const depth = writing.depth++;
  let text = '{';
  for (const field of fields) {
    writing.path[depth] = field.key;
    const value = field.isInherited ? own(object, field.key) : object[field.key];
    let written = field.write(value, writing);
    if (written === 'null' && field.isRequired) written = writing.report(field.ifNull);
    if (written === undefined && field.isRequired) {
      writing.depth = depth;
      return undefined;
    }
    text += field.prefix + (written ?? 'null');
  }
  writing.depth = depth;
  return `${text}}`;
}

function compileFields(shape: Shape, type: GraphQLCompositeType, spot: Spot): readonly Field[] {
  const fields = collectFields(shape, type, spot.asked);
  return [...fields].map(([key, places], index) => {
    const prefix = `${index === 0 ? '' : ','}${quote(key)}:`;
    const field = compileField(shape, type, [...spot.place, key], places);
    const coordinate = `${type.name}.${places[0].node.name.value}`;
    return { key, isInherited: isInherited(key), prefix, ifNull: nullAt(coordinate), ...field };
  });
}

/** Where several places ask for a field, the first decides whether it may be null: its type is what is read there. */
function compileField(
  shape: Shape,
  type: GraphQLCompositeType,
  place: Place,
  places: readonly [AskedField, ...AskedField[]],
): Pick<Field, 'isRequired' | 'write'> {
  const [{ parent, node }] = places;
  const name = node.name.value;
  if (name === '__typename') return { isRequired: true, write: compileTypename(type) };
  if (name === '__schema' || name === '__type') {
    const nodes = places.map((asked) => asked.node);
    return { isRequired: false, write: compileIntrospection(shape, place.at(-1) ?? name, nodes) };
  }
  const definition = fieldOf(parent, name);
  if (!definition) throw new TypeError(`${parent.name} has no field ${name}`);
  const write = compileValue(shape, definition.type, {
    asked: selectionsWithin(places),
    place,
    coordinate: `${type.name}.${name}`,
  });
  const isOnce = node.selectionSet !== undefined && shape.mayBeShared(place);
  return {
    isRequired: isNonNullType(definition.type),
    write: isOnce ? (value, writing) => writing.writeOnce(write, value) : write,
  };
}

function compileTypename(type: GraphQLCompositeType): Write {
  const text = quote(type.name);
  if (isObjectType(type)) return () => text;
  return (_value, writing) => writing.report(`Invalid __typename found: ${type.name} is abstract.`);
}

function nullAt(coordinate: string): string {
  return `Cannot return null for non-nullable field ${coordinate}.`;
}

function invalidAt(coordinate: string): string {
  return `Invalid value found for field ${coordinate}.`;
}

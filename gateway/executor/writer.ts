import {
  getNullableType,
  isCompositeType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLOutputType,
} from 'graphql';
import type { Deferral } from './defer-ids.ts';
import { keyInPlan } from './distinct-aliases.ts';
import { compileIntrospection, type IntrospectionSources } from './introspection.ts';
import { quote } from './json.ts';
import type { Layout } from './layout.ts';
import { compileLeaf } from './leaves.ts';
import { readLeafList } from './reader.ts';
import {
  collect,
  fieldOf,
  selectionsWithin,
  type AskedField,
  type Reading,
  type Selections,
} from './selection.ts';
import type { Place } from './targets.ts';
import { List, typenameSlot, type Slots, type Value } from './values.ts';
import type { PostponedPart, Write, WriteData, Writing } from './writing.ts';

/** An operation, as its answers look. */
export interface Shape extends Reading, IntrospectionSources {
  /** What the caller may not see: it was not planned, and is null whatever is known of it. */
  readonly refused: ReadonlySet<FieldNode>;
  /** Of every type. */
  readonly fieldNames: ReadonlySet<string>;
  /** Whether one object may be in an answer several times there. */
  readonly mayBeShared: (place: Place) => boolean;
}

/** What objects of one type answer. */
interface Fields {
  readonly now: readonly Field[];
  readonly later: readonly PostponedPart[];
}

interface Field {
  /** In the plan, which may have another for it than the client. */
  readonly planKey: string;
  readonly slot: number;
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
  readonly layout: Layout;
  /** The field's, such as `Order.lines`. */
  readonly coordinate: string;
}

/**
 * Compiles how answers are written: the fields that were asked for and no others, in their order, and null where
 * GraphQL wants it. Each type's part is compiled when the first object of that type comes.
 */
export function compileWriter(shape: Shape, root: GraphQLCompositeType, layout: Layout): WriteData {
  const asked = [{ parent: root, set: shape.operation.selectionSet }];
  const spot = { asked, place: [], layout, coordinate: root.name };
  const fields = compileFields(shape, root, spot);
  return (data, writing) => writeObject(data, fields, writing);
}

function compileValue(shape: Shape, type: GraphQLOutputType, spot: Spot): Write {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return compileList(shape, nullable.ofType, spot);
  return isLeafType(nullable)
    ? compileLeaf(nullable, invalidAt(spot.coordinate))
    : compileObject(shape, nullable, spot);
}

function compileList(shape: Shape, itemType: GraphQLOutputType, spot: Spot): Write {
  const writeItem = droppable(shape, compileValue(shape, itemType, spot));
  const isRequired = isNonNullType(itemType);
  const ifNull = nullAt(spot.coordinate);
  const ifInvalid = invalidAt(spot.coordinate);
  return (value, writing) => {
    if (value === null || value === undefined) return 'null';
    const list = typeof value === 'string' ? readLeafList(value) : value;
    if (!(list instanceof List)) return writing.report(ifInvalid);
    const { items } = list;
    const depth = writing.depth++;
    let text = '[';
    let isValid = true;
    for (let index = 0; index < items.length; index += 1) {
      writing.path[depth] = index;
      let item = writeItem(items[index], writing);
      if (item === 'null' && isRequired) item = writing.report(ifNull);
      if (item === undefined && isRequired) isValid = false;
      text += index === 0 ? (item ?? 'null') : `,${item ?? 'null'}`;
    }
    writing.depth = depth;
    return isValid ? `${text}]` : undefined;
  };
}

function compileObject(shape: Shape, declared: GraphQLCompositeType, spot: Spot): Write {
  const byType = new Map<Value, Fields>();
  const ifInvalid = invalidAt(spot.coordinate);
  const ifUnknown = `Invalid __typename found for object at field ${spot.coordinate}.`;
  let lastTypename: Value;
  let lastFields: Fields | undefined;

  function fieldsOf(typename: Value): Fields | undefined {
    const known = byType.get(typename);
    if (known) return known;
    const type = typeNamed(shape, typename, declared);
    if (!type) return undefined;
    const fields = compileFields(shape, type, spot);
    byType.set(typename, fields);
    return fields;
  }

  return (value, writing) => {
    if (value === null || value === undefined) return 'null';
    if (!Array.isArray(value)) return writing.report(ifInvalid);
    const typename = value[typenameSlot];
    if (typename !== lastTypename || !lastFields) {
      lastTypename = typename;
      lastFields = fieldsOf(typename);
    }
    if (!lastFields) return writing.report(ifUnknown);
    return writeObject(value, lastFields, writing);
  };
}

function writeObject(object: Slots, fields: Fields, writing: Writing): string | undefined {
  const depth = writing.depth++;
  let text = '{';
  for (const field of fields.now) {
    writing.path[depth] = field.planKey;
    let written = field.write(object[field.slot], writing);
    if (written === 'null' && field.isRequired) written = writing.report(field.ifNull);
    if (written === undefined && field.isRequired) {
      writing.depth = depth;
      return undefined;
    }
    text += field.prefix + (written ?? 'null');
  }
  writing.depth = depth;
  writing.postpone(object, fields.later);
  return `${text}}`;
}

/** Of what is null in the end, nothing comes later. */
function droppable({ isDeferring }: Shape, write: Write): Write {
  if (!isDeferring) return write;
  return (value, writing) => {
    const before = writing.postponed.length;
    const text = write(value, writing);
    if (text === undefined) writing.postponed.length = before;
    return text;
  };
}

function compileFields(shape: Shape, type: GraphQLCompositeType, spot: Spot): Fields {
  const { fields, deferred } = collect(shape, type, spot.asked);
  const now = [...fields].map(([key, places], index) => {
    const { node } = places[0];
    const name = node.name.value;
    const planKey = keyInPlan(node, shape.fieldNames);
    const slot = spot.layout.find(planKey);
    const coordinate = `${type.name}.${name}`;
    return {
      planKey,
      slot: slot?.index ?? nothing,
      prefix: `${index === 0 ? '' : ','}${quote(key)}:`,
      ifNull: nullAt(coordinate),
      ...compileField(shape, type, places, {
        asked: selectionsWithin(places.filter((place) => !shape.refused.has(place.node))),
        place: [...spot.place, planKey],
        layout: slot?.inner ?? spot.layout,
        coordinate,
      }),
    };
  });
  const later = deferred.map((deferral) => ({
    deferral,
    writerFor: compileLater(shape, type, spot, deferral),
  }));
  return { now, later };
}

/** An object's type may be known only when more of it has come. */
function compileLater(
  shape: Shape,
  type: GraphQLCompositeType,
  spot: Spot,
  { id }: Deferral,
): PostponedPart['writerFor'] {
  const isRoot = spot.place.length === 0;
  const byType = new Map<Value, WriteData | undefined>();

  function compileFor(typename: Value): WriteData | undefined {
    const actual = isRoot ? type : typeNamed(shape, typename, type);
    if (!actual) return undefined;
    const { deferred } = collect(shape, actual, spot.asked);
    const part = deferred.find((candidate) => candidate.id === id);
    if (!part) return undefined;
    const fields = compileFields(shape, actual, { ...spot, asked: [part.selections] });
    return (object, writing) => writeObject(object, fields, writing);
  }

  return (object) => {
    const typename = object[typenameSlot];
    const known = byType.get(typename);
    if (known || byType.has(typename)) return known;
    const write = compileFor(typename);
    byType.set(typename, write);
    return write;
  };
}

/** The type of objects that say what they are, or else what they are declared to be. */
function typeNamed(
  { publicSchema }: Shape,
  typename: Value,
  declared: GraphQLCompositeType,
): GraphQLCompositeType | undefined {
  if (typeof typename !== 'string') return declared;
  const type = publicSchema.getType(JSON.parse(typename) as string);
  return isCompositeType(type) ? type : undefined;
}

/** No object has as many slots: nothing was fetched. */
const nothing = 0xffff;

/** Where several places ask for a field, the first decides whether it may be null: its type is what is read there. */
function compileField(
  shape: Shape,
  type: GraphQLCompositeType,
  places: readonly [AskedField, ...AskedField[]],
  spot: Spot,
): Pick<Field, 'isRequired' | 'write'> {
  const [{ parent, node }] = places;
  const name = node.name.value;
  if (name === '__typename') return { isRequired: true, write: compileTypename(type) };
  if (name === '__schema' || name === '__type') {
    const nodes = places.map((asked) => asked.node);
    return { isRequired: false, write: compileIntrospection(shape, nodes) };
  }
  const definition = fieldOf(parent, name);
  if (!definition) throw new TypeError(`${parent.name} has no field ${name}`);
  const isRequired = isNonNullType(definition.type);
  if (places.every((place) => shape.refused.has(place.node))) {
    // Whoever refused it says so: a null where there must be none needs no further word.
    return { isRequired, write: () => (isRequired ? undefined : 'null') };
  }
  const write = droppable(shape, compileValue(shape, definition.type, spot));
  // What comes later comes to each place by itself.
  const isOnce =
    node.selectionSet !== undefined && !shape.isDeferring && shape.mayBeShared(spot.place);
  return {
    isRequired,
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

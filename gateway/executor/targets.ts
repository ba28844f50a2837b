import { isInherited, isObject, own, type Json, type JsonObject } from './json.ts';

/** Where in an answer something is: keys, and indices of lists. */
export type Path = readonly (string | number)[];

/** A place of the plan: the keys that lead to it, through lists however deep. */
export type Place = readonly string[];

/** How the plan marks a list in a path. Here every list is walked anyway. */
const listMark = '@';

export function placeOf(planPath: Path): Place {
  return planPath.filter((step) => typeof step === 'string' && step !== listMark) as string[];
}

/** The way to a place as far as it is the same for every object there. */
export function knownPathOf(planPath: Path): Path {
  const list = planPath.indexOf(listMark);
  return list < 0 ? planPath : planPath.slice(0, list);
}

/** Every object at the place, once, in the order of the answer. */
export function collectTargets(root: JsonObject, place: Place): readonly JsonObject[] {
  let level = new Set<JsonObject>().add(root);
  for (const key of place) {
    const next = new Set<JsonObject>();
    for (const object of level) addObjects(get(object, key), next);
    level = next;
  }
  return [...level];
}

function addObjects(value: Json | undefined, objects: Set<JsonObject>): void {
  if (Array.isArray(value)) for (const item of value) addObjects(item, objects);
  else if (isObject(value)) objects.add(value);
}

/** Every path that leads to each object at the place. */
export function pathsAt(root: JsonObject, place: Place): ReadonlyMap<JsonObject, readonly Path[]> {
  const paths = new Map<JsonObject, Path[]>();

  function walk(value: Json | undefined, depth: number, path: Path): void {
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) walk(item, depth, [...path, index]);
    } else if (isObject(value)) {
      const key = place[depth];
      const known = paths.get(value);
      if (key !== undefined) walk(get(value, key), depth + 1, [...path, key]);
      else if (known) known.push(path);
      else paths.set(value, [path]);
    }
  }

  walk(root, 0, []);
  return paths;
}

function get(object: JsonObject, key: string): Json | undefined {
  return isInherited(key) ? own(object, key) : object[key];
}

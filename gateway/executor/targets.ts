import type { Layout } from './layout.ts';
import { List, type Slots, type Value } from './values.ts';

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

/** The way to a place through objects in memory. */
export type Way = readonly Step[];

interface Step {
  readonly key: string;
  readonly slot: number;
}

export function wayTo(root: Layout, place: Place): Way {
  let layout = root;
  return place.map((key) => {
    const { index, inner } = layout.slot(key);
    layout = inner;
    return { key, slot: index };
  });
}

/** Every object at the end of the way, once, in the order of the answer. */
export function collectTargets(root: Slots, way: Way, mayRepeat: boolean): readonly Slots[] {
  let level = [root];
  for (const { slot } of way) {
    const next: Slots[] = [];
    for (const object of level) addObjects(object[slot], next);
    level = mayRepeat ? [...new Set(next)] : next;
  }
  return level;
}

function addObjects(value: Value, objects: Slots[]): void {
  if (value instanceof List) for (const item of value.items) addObjects(item, objects);
  else if (Array.isArray(value)) objects.push(value);
}

/** Every path that leads to each object at the end of the way. */
export function pathsAt(root: Slots, way: Way): ReadonlyMap<Slots, readonly Path[]> {
  const paths = new Map<Slots, Path[]>();

  function walk(value: Value, depth: number, path: Path): void {
    if (value instanceof List) {
      for (const [index, item] of value.items.entries()) walk(item, depth, [...path, index]);
    } else if (Array.isArray(value)) {
      const step = way[depth];
      const known = paths.get(value);
      if (step) walk(value[step.slot], depth + 1, [...path, step.key]);
      else if (known) known.push(path);
      else paths.set(value, [path]);
    }
  }

  walk(root, 0, []);
  return paths;
}

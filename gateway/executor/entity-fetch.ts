import { isAbstractType, type GraphQLSchema } from 'graphql';
import type { PlacesOf } from './ask.ts';
import { compileBatch, type Batch } from './batch.ts';
import { fail, pathOf, subgraphError } from './errors.ts';
import type { FetchSite } from './fetch-site.ts';
import { askAlone, type EntityAnswer } from './gathering.ts';
import type { Json } from './json.ts';
import { compileRenaming } from './rewrites.ts';
import type { Run, Step } from './run.ts';
import { collectTargets, pathsAt, type Path } from './targets.ts';
import { List, mergeSlots, typenameSlot, type Slots } from './values.ts';

/** Fetches more of the entities at one place. */
export function compileEntityFetch(site: FetchSite): Step {
  const { fetch, asked, way, path, isContested, contextsIn, schema } = site;
  const ask = site.gather ?? askAlone(site);
  const batchOf = compileBatch(fetch, asked.layout, schema);
  const filled = asked.fields.map(({ slot: { index } }) => index);
  const bringsObjects = asked.fields.some(({ inner }) => inner);

  function merge(entity: Slots, targets: readonly Slots[], slots: readonly number[]): void {
    const typename = entity[typenameSlot];
    // A subgraph that knows the interface alone does not know better which type it is.
    if (typeof typename === 'string' && isAbstractName(schema, typename)) {
      entity[typenameSlot] = undefined;
    }
    let copies = false;
    for (const target of targets) {
      if (bringsObjects) mergeSlots(target, entity, filled, copies);
      else copyLeaves(target, filled, entity, slots);
      copies = isContested;
    }
  }

  async function answerOf(
    run: Run,
    batch: Batch,
    variables: string | undefined,
  ): Promise<EntityAnswer | undefined> {
    try {
      return await ask(run, site, batch.representations, variables);
    } catch (cause) {
      fail(run, fetch.serviceName, path, cause);
      return undefined;
    }
  }

  async function fetchMore(run: Run, objects: readonly Slots[], variables?: string): Promise<void> {
    const batch = batchOf(objects);
    const { targets } = batch;
    if (targets.length === 0) return;
    const answer = await answerOf(run, batch, variables);
    if (!answer) return;
    const { entities, errors, isExplained, slots } = answer;
    const placesOf = placesIn(batch, run, site);
    for (const error of errors) {
      for (const place of placesOf(error)) run.errors.push(subgraphError(error, place));
    }
    if (entities instanceof List && entities.items.length === targets.length) {
      let index = 0;
      for (const equals of targets) {
        const entity = entities.items[index++];
        if (equals.length > 1 && bringsObjects) run.hasSharedObjects = true;
        if (Array.isArray(entity)) merge(entity, equals, slots);
      }
    } else if ((entities ?? null) !== null || !isExplained) {
      const cause = new TypeError(`the answer has no list of ${targets.length} entities`);
      fail(run, fetch.serviceName, path, cause);
    }
  }

  if (!contextsIn) {
    return (run) => fetchMore(run, collectTargets(run.data, way, run.hasSharedObjects));
  }
  return async (run) => {
    const groups = contextsIn(run.data);
    await Promise.all(groups.map(({ objects, variables }) => fetchMore(run, objects, variables)));
  };
}

/** What was asked for at several places at once is read into the slots of one of them. */
function copyLeaves(
  target: Slots,
  to: readonly number[],
  source: Slots,
  from: readonly number[],
): void {
  for (let index = 0; index < to.length; index += 1) {
    const value = source[from[index] ?? nowhere];
    if (value !== undefined) target[to[index] ?? nowhere] = value;
  }
}

const nowhere = -1;

function isAbstractName(schema: GraphQLSchema, text: string): boolean {
  return isAbstractType(schema.getType(JSON.parse(text) as string));
}

/** An error of one entity is one of every place where that entity is; any other concerns the whole fetch. */
function placesIn(batch: Batch, run: Run, { fetch, way, path }: FetchSite): PlacesOf {
  let paths: ReadonlyMap<Slots, readonly Path[]> | undefined;
  return (error: Json) => {
    const [root, index, ...rest] = pathOf(error) ?? [];
    if (root !== '_entities' || typeof index !== 'number') return [path];
    const known = (paths ??= pathsAt(run.data, way));
    const places = (batch.targets[index] ?? []).flatMap((target) => known.get(target) ?? []);
    if (places.length === 0) return [path];
    const rename = compileRenaming(fetch.outputRewrites);
    const inner = rest.map((step) => (typeof step === 'string' ? rename(step) : step));
    return places.map((start) => [...start, ...inner]);
  };
}

import { isAbstractType, type GraphQLSchema } from 'graphql';
import { compileAsk, type PlacesOf } from './ask.ts';
import { compileBatch, type Batch } from './batch.ts';
import { fail, pathOf } from './errors.ts';
import type { FetchSite } from './fetch-site.ts';
import type { Json } from './json.ts';
import { Layout } from './layout.ts';
import { compileRenaming } from './rewrites.ts';
import type { Run, Step } from './run.ts';
import { collectTargets, pathsAt, type Path } from './targets.ts';
import { List, mergeSlots, typenameSlot, type Slots } from './values.ts';

/** Fetches more of the entities at one place. */
export function compileEntityFetch(site: FetchSite): Step {
  const { fetch, asked, way, path, isContested, contextsIn, schema } = site;
  const layout = new Layout();
  const slot = layout.slot('_entities');
  const ask = compileAsk(
    fetch,
    { layout, fields: [{ key: '_entities', slot, inner: asked }] },
    path,
  );
  const batchOf = compileBatch(fetch, asked.layout, schema);
  const filled = asked.fields.map(({ slot: { index } }) => index);
  const bringsObjects = asked.fields.some(({ inner }) => inner);

  function merge(entity: Slots, targets: readonly Slots[]): void {
    const typename = entity[typenameSlot];
    // A subgraph that knows the interface alone does not know better which type it is.
    if (typeof typename === 'string' && isAbstractName(schema, typename)) {
      entity[typenameSlot] = undefined;
    }
    let copies = false;
    for (const target of targets) {
      mergeSlots(target, entity, filled, copies);
      copies = isContested;
    }
  }

  async function fetchMore(run: Run, objects: readonly Slots[], variables?: string): Promise<void> {
    const batch = batchOf(objects);
    const { representations, targets } = batch;
    if (targets.length === 0) return;
    const answer = await ask(run, placesIn(batch, run, site), representations, variables);
    if (!answer) return;
    const entities = answer.data?.[slot.index] ?? null;
    if (entities instanceof List && entities.items.length === targets.length) {
      let index = 0;
      for (const equals of targets) {
        const entity = entities.items[index++];
        if (equals.length > 1 && bringsObjects) run.hasSharedObjects = true;
        if (Array.isArray(entity)) merge(entity, equals);
      }
    } else if (entities !== null || answer.errors.length === 0) {
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

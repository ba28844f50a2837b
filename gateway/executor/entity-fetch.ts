import { isAbstractType } from 'graphql';
import { compileAsk, type PlacesOf } from './ask.ts';
import { fail, pathOf } from './errors.ts';
import type { FetchSite } from './fetch-site.ts';
import { isObject, own, setOwn, type Json, type JsonObject } from './json.ts';
import { mergeInto } from './merge.ts';
import { compileRepresentation, type Represent } from './representations.ts';
import { compileRenaming, compileRewrites } from './rewrites.ts';
import type { Run, Step } from './run.ts';
import { collectTargets, pathsAt, type Path } from './targets.ts';

/** The objects that a fetch is about, by what the subgraph is told of them: equal ones are asked for once. */
type Batch = ReadonlyMap<string, readonly JsonObject[]>;

/** Fetches more of the entities at one place. */
export function compileEntityFetch(site: FetchSite): Step {
  const { fetch, place, path, isContested, schema } = site;
  const represent = compileRepresentation(fetch, schema);
  const ask = compileAsk(fetch, path);
  const rewrite = compileRewrites(fetch.outputRewrites, schema);

  function mergeEntity(entity: JsonObject, targets: readonly JsonObject[]): void {
    const typename = own(entity, '__typename');
    // A subgraph that knows the interface alone does not know better which type it is.
    const isKnown = typeof typename === 'string' && !isAbstractType(schema.getType(typename));
    if (!isKnown) setOwn(entity, '__typename', targets[0] && own(targets[0], '__typename'));
    rewrite?.(entity);
    for (const [index, target] of targets.entries()) {
      mergeInto(target, entity, isContested && index > 0);
    }
  }

  return async (run) => {
    const batch = batchOf(collectTargets(run.data, place), represent);
    if (batch.size === 0) return;
    const answer = await ask(run, placesIn(batch, run, site), [...batch.keys()].join(','));
    if (!answer) return;
    const entities = answer.data?.['_entities'] ?? null;
    if (Array.isArray(entities) && entities.length === batch.size) {
      let index = 0;
      for (const targets of batch.values()) {
        if (targets.length > 1) run.hasSharedObjects = true;
        const entity = entities[index++];
        if (isObject(entity)) mergeEntity(entity, targets);
      }
    } else if (entities !== null || answer.errors.length === 0) {
      const cause = new TypeError(`the answer has no list of ${batch.size} entities`);
      fail(run, fetch.serviceName, path, cause);
    }
  };
}

function batchOf(targets: readonly JsonObject[], represent: Represent): Batch {
  const batch = new Map<string, JsonObject[]>();
  for (const target of targets) {
    const representation = represent(target);
    if (representation === undefined) continue;
    const equals = batch.get(representation);
    if (equals) equals.push(target);
    else batch.set(representation, [target]);
  }
  return batch;
}

/** An error of one entity is one of every place where that entity is; any other concerns the whole fetch. */
function placesIn(batch: Batch, run: Run, { fetch, place, path }: FetchSite): PlacesOf {
  const rename = compileRenaming(fetch.outputRewrites);
  let targets: readonly (readonly JsonObject[])[] | undefined;
  let paths: ReadonlyMap<JsonObject, readonly Path[]> | undefined;
  return (error: Json) => {
    const [root, index, ...rest] = pathOf(error) ?? [];
    if (root !== '_entities' || typeof index !== 'number') return [path];
    targets ??= [...batch.values()];
    const known = (paths ??= pathsAt(run.data, place));
    const places = (targets[index] ?? []).flatMap((target) => known.get(target) ?? []);
    if (places.length === 0) return [path];
    const inner = rest.map((step) => (typeof step === 'string' ? rename(step) : step));
    return places.map((start) => [...start, ...inner]);
  };
}

import { compileAsk } from './ask.ts';
import { pathOf } from './errors.ts';
import type { FetchSite } from './fetch-site.ts';
import type { Json } from './json.ts';
import { compileRenaming } from './rewrites.ts';
import type { Run, Step } from './run.ts';
import { collectTargets, pathsAt, type Path } from './targets.ts';
import { mergeSlots } from './values.ts';

/** Fetches root fields, for the answer itself or for whatever holds a root type further down. */
export function compileRootFetch({ fetch, asked, way, path, isContested }: FetchSite): Step {
  const ask = compileAsk(fetch, asked, path);
  const filled = asked.fields.map(({ slot }) => slot.index);
  const rename = compileRenaming(fetch.outputRewrites);

  function placesOf(run: Run, error: Json): readonly Path[] {
    const known = pathOf(error);
    if (!known) return [path];
    const inner = known.map((step) => (typeof step === 'string' ? rename(step) : step));
    const starts = [...pathsAt(run.data, way).values()].flat();
    return starts.map((start) => [...start, ...inner]);
  }

  return async (run) => {
    const targets = collectTargets(run.data, way, run.hasSharedObjects);
    if (targets.length === 0) return;
    const answer = await ask(run, (error) => placesOf(run, error));
    if (!answer?.data) return;
    if (targets.length > 1) run.hasSharedObjects = true;
    let copies = false;
    for (const target of targets) {
      mergeSlots(target, answer.data, filled, copies);
      copies = isContested;
    }
  };
}

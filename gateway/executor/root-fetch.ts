import { compileAsk } from './ask.ts';
import { pathOf } from './errors.ts';
import type { FetchSite } from './fetch-site.ts';
import type { Json } from './json.ts';
import { mergeInto } from './merge.ts';
import { compileRenaming, compileRewrites } from './rewrites.ts';
import type { Run, Step } from './run.ts';
import { collectTargets, pathsAt, type Path } from './targets.ts';

/** Fetches root fields, for the answer itself or for whatever holds a root type further down. */
export function compileRootFetch({ fetch, place, path, isContested, schema }: FetchSite): Step {
  const ask = compileAsk(fetch, path);
  const rewrite = compileRewrites(fetch.outputRewrites, schema);
  const rename = compileRenaming(fetch.outputRewrites);

  function placesOf(run: Run, error: Json): readonly Path[] {
    const known = pathOf(error);
    if (!known) return [path];
    const inner = known.map((step) => (typeof step === 'string' ? rename(step) : step));
    const starts = [...pathsAt(run.data, place).values()].flat();
    return starts.map((start) => [...start, ...inner]);
  }

  return async (run) => {
    const targets = collectTargets(run.data, place);
    if (targets.length === 0) return;
    const answer = await ask(run, (error) => placesOf(run, error));
    if (!answer?.data) return;
    rewrite?.(answer.data);
    if (targets.length > 1) run.hasSharedObjects = true;
    for (const [index, target] of targets.entries()) {
      mergeInto(target, answer.data, isContested && index > 0);
    }
  };
}

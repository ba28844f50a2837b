import { compileAsk } from './ask.ts';
import { pathOf } from './errors.ts';
import type { FetchSite } from './fetch-site.ts';
import type { Json } from './json.ts';
import { mergeInto } from './merge.ts';
import { compileRenaming, compileRewrites } from './rewrites.ts';
import type { Step } from './run.ts';
import { collectTargets } from './targets.ts';

/** Fetches root fields, for the answer itself or for whatever holds a root type further down. */
export function compileRootFetch({ fetch, place, path, isContested, schema }: FetchSite): Step {
  const ask = compileAsk(fetch, path);
  const rewrite = compileRewrites(fetch.outputRewrites, schema);
  const rename = compileRenaming(fetch.outputRewrites);
  const renamed = (error: Json) =>
    (pathOf(error) ?? []).map((step) => (typeof step === 'string' ? rename(step) : step));
  return async (run) => {
    const targets = collectTargets(run.data, place);
    if (targets.length === 0) return;
    const answer = await ask(run, (error) => [[...path, ...renamed(error)]]);
    if (!answer?.data) return;
    rewrite?.(answer.data);
    if (targets.length > 1) run.hasSharedObjects = true;
    for (const [index, target] of targets.entries()) {
      mergeInto(target, answer.data, isContested && index > 0);
    }
  };
}

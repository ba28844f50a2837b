import type { GraphQLFormattedError } from 'graphql';
import type { Later } from './later.ts';
import type { Run, Step } from './run.ts';

/** A node of a plan of which parts may come later. */
export interface DeferredSteps {
  readonly primary: Step | undefined;
  /** The ids of the primary part's fetches. */
  readonly fetchIds: readonly string[];
  readonly parts: readonly DeferredPart[];
}

interface DeferredPart {
  readonly deferral: string;
  /** The ids of fetches without which it can't begin. */
  readonly dependsOn: readonly string[];
  readonly step: Step | undefined;
}

/** Is over when the primary part is, while the others go on; or, where nothing may come later, when all are. */
export function inParts({ primary, fetchIds, parts }: DeferredSteps, isDeferring: boolean): Step {
  return async (run) => {
    const { later } = run;
    if (!later) throw new TypeError('the run has no place for what comes later');
    const begun = parts.map((part) => {
      // What is shared may be in any of them.
      const own = isDeferring ? { ...run, errors: [], hasSharedObjects: true } : run;
      const errors = carryOut(part, own, later);
      if (isDeferring) later.begin(part.deferral, errors);
      return errors;
    });
    await primary?.(run);
    for (const id of fetchIds) later.tellOver(id);
    if (!isDeferring) await Promise.all(begun);
  };
}

async function carryOut(
  { dependsOn, step }: DeferredPart,
  run: Run,
  later: Later,
): Promise<readonly GraphQLFormattedError[]> {
  await Promise.all(dependsOn.map((id) => later.fetched(id)));
  await step?.(run);
  return run.errors;
}

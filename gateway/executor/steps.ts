import type { DeferNode, FetchNode, PlanNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { compileContexts } from './contexts.ts';
import type { Decisions } from './decisions.ts';
import { inParts } from './deferred-steps.ts';
import { compileEntityFetch } from './entity-fetch.ts';
import { fetchesOf } from './fetches.ts';
import type { AskEntities } from './gathering.ts';
import { compileRootFetch } from './root-fetch.ts';
import type { Slot } from './layout.ts';
import type { Step } from './run.ts';
import { isContested, type PlanLayout } from './plan-layout.ts';
import { chosen } from './plan-nodes.ts';
import { withoutUnasked } from './requirements.ts';
import { knownPathOf, placeOf, wayTo, type Path } from './targets.ts';

export interface Gatherings {
  readonly concurrent: ReadonlySet<FetchNode>;
  readonly gather: AskEntities;
}

export interface StepSources {
  readonly decisions: Decisions;
  readonly layout: PlanLayout;
  /** With what is hidden from clients. */
  readonly fullSchema: GraphQLSchema;
  /** The fetches that may go out together with others, and how. */
  readonly gatherings: Gatherings;
  /** Whether what is deferred comes later. */
  readonly isDeferring: boolean;
  /** What is fetched at all, where that is not everything that the plan knows. */
  readonly askedSlots: ReadonlySet<Slot> | undefined;
}

/** Compiles a node of a plan, but for what the decisions leave out. */
export function compileStep(
  sources: StepSources,
  node: PlanNode | undefined,
  path: Path = [],
): Step | undefined {
  switch (node?.kind) {
    case undefined:
      return undefined;
    case 'Fetch':
      return compileFetch(sources, node, path);
    case 'Flatten':
      return compileStep(sources, node.node, [...path, ...node.path]);
    case 'Condition':
      return compileStep(sources, chosen(node, sources.decisions), path);
    case 'Sequence':
      return inSequence(compileAll(sources, node.nodes, path));
    case 'Parallel':
      return inParallel(compileAll(sources, node.nodes, path));
    case 'Defer':
      return compileDefer(sources, node, path);
  }
}

function compileAll(sources: StepSources, nodes: readonly PlanNode[], path: Path): readonly Step[] {
  return nodes.flatMap((node) => compileStep(sources, node, path) ?? []);
}

function compileFetch(sources: StepSources, fetch: FetchNode, path: Path): Step {
  const { layout, fullSchema, askedSlots, gatherings } = sources;
  const asked = layout.asked.get(fetch);
  if (!asked) throw new TypeError('the fetch is none of the plan');
  const { requires, contextRewrites } = fetch;
  const place = placeOf(path);
  const site = {
    fetch:
      requires && askedSlots
        ? { ...fetch, requires: withoutUnasked(requires, asked.layout, askedSlots) }
        : fetch,
    asked,
    way: wayTo(layout.root, place),
    path: knownPathOf(path),
    isContested: layout.hasContexts || isContested(asked),
    contextsIn: contextRewrites && compileContexts(contextRewrites, layout.root, place, fullSchema),
    gather: gatherings.concurrent.has(fetch) ? gatherings.gather : undefined,
    schema: fullSchema,
  };
  const step = requires ? compileEntityFetch(site) : compileRootFetch(site);
  const { id } = fetch;
  if (id === undefined) return step;
  return async (run) => {
    await step(run);
    run.later?.tellFetched(id);
  };
}

function compileDefer(sources: StepSources, { primary, deferred }: DeferNode, path: Path): Step {
  const steps = {
    primary: compileStep(sources, primary.node, path),
    fetchIds: fetchesOf(primary.node).flatMap(({ fetch }) => fetch.id ?? []),
    parts: deferred.map(({ label = '', depends, node }) => ({
      deferral: label,
      dependsOn: depends.map(({ id }) => id),
      step: compileStep(sources, node, path),
    })),
  };
  return inParts(steps, sources.isDeferring);
}

function inSequence(steps: readonly Step[]): Step | undefined {
  if (steps.length < 2) return steps[0];
  return async (run) => {
    for (const step of steps) await step(run);
  };
}

function inParallel(steps: readonly Step[]): Step | undefined {
  if (steps.length < 2) return steps[0];
  return async (run) => {
    await Promise.all(steps.map((step) => step(run)));
  };
}

import type { FetchNode, PlanNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import type { Decisions } from './conditions.ts';
import { compileEntityFetch } from './entity-fetch.ts';
import { compileRootFetch } from './root-fetch.ts';
import type { Step } from './run.ts';
import { isContested, type PlanLayout } from './plan-layout.ts';
import { knownPathOf, placeOf, wayTo, type Path } from './targets.ts';

export interface StepSources {
  readonly decisions: Decisions;
  readonly layout: PlanLayout;
  /** With what is hidden from clients. */
  readonly fullSchema: GraphQLSchema;
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
    case 'Condition': {
      const isMet = sources.decisions.get(node.condition) === true;
      return compileStep(sources, isMet ? node.ifClause : node.elseClause, path);
    }
    case 'Sequence':
      return inSequence(compileAll(sources, node.nodes, path));
    case 'Parallel':
      return inParallel(compileAll(sources, node.nodes, path));
    case 'Defer':
      throw new TypeError('plans with @defer are not supported');
  }
}

function compileAll(sources: StepSources, nodes: readonly PlanNode[], path: Path): readonly Step[] {
  return nodes.flatMap((node) => compileStep(sources, node, path) ?? []);
}

function compileFetch({ layout, fullSchema }: StepSources, fetch: FetchNode, path: Path): Step {
  if (fetch.contextRewrites?.length)
    throw new TypeError('plans with @fromContext are not supported');
  const asked = layout.asked.get(fetch);
  if (!asked) throw new TypeError('the fetch is none of the plan');
  const site = {
    fetch,
    asked,
    way: wayTo(layout.root, placeOf(path)),
    path: knownPathOf(path),
    isContested: isContested(asked),
    schema: fullSchema,
  };
  return fetch.requires ? compileEntityFetch(site) : compileRootFetch(site);
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

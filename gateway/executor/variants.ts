import type { PlanNode } from '@apollo/query-planner';
import { GraphQLError, type GraphQLObjectType } from 'graphql';
import { decide, decidingVariables, type Decisions } from './conditions.ts';
import { keyInPlan } from './distinct-aliases.ts';
import { fetchesOf } from './fetches.ts';
import type { Operation } from './operation.ts';
import { compileRequest, type RequestFor } from './request.ts';
import type { Step } from './run.ts';
import { collectFields, fieldOf } from './selection.ts';
import { compileStep, type StepSources } from './steps.ts';
import { placeOf, type Place } from './targets.ts';
import { compileVerbatim, type Verbatim } from './verbatim.ts';
import { compileWriter, type Shape, type WriteData } from './writer.ts';

/** What a plan comes to once `@skip` and `@include` are decided. */
export interface Variant {
  /** Fetches everything. */
  readonly step: Step | undefined;
  readonly write: WriteData;
  /** If there is one fetch, whose answer may be all that the client wants. */
  readonly only: { readonly requestFor: RequestFor; readonly verbatim: Verbatim } | undefined;
}

export interface VariantSources
  extends Operation, Omit<Shape, 'decisions' | 'mayBeShared'>, Omit<StepSources, 'decisions'> {
  readonly node: PlanNode | undefined;
  /** The type of the whole answer. */
  readonly root: GraphQLObjectType;
}

/** One operation needs few of the many that its variables could make. */
const variantsMax = 16;

/** Compiles each variant when it is first asked for; or says what is wrong with a variable that decides on it. */
export function createVariants(
  sources: VariantSources,
): (variables: Readonly<Record<string, unknown>>) => Variant | GraphQLError {
  const { node, operation, document } = sources;
  const names = decidingVariables(document, node);
  if (names.length === 0) {
    const only = compileVariant(sources, new Map());
    return () => only;
  }
  const variants = new Map<string, Variant | GraphQLError>();
  return (variables) => {
    const decisions = decide(names, operation, variables);
    if (decisions instanceof GraphQLError) return decisions;
    const key = [...decisions.values()].join();
    let variant = variants.get(key);
    if (!variant) {
      variant = compileVariant(sources, decisions);
      if (variants.size >= variantsMax) variants.clear();
      variants.set(key, variant);
    }
    return variant;
  };
}

function compileVariant(sources: VariantSources, decisions: Decisions): Variant | GraphQLError {
  const { node, root, layout } = sources;
  const unanswered = findUnanswered(sources, decisions);
  if (unanswered) return unanswered;
  const places: readonly Place[] = fetchesOf(node).map(({ path }) => placeOf(path));
  const mayBeShared = (place: Place) => places.some((outer) => isWithin(place, outer));
  const shape = { ...sources, decisions, mayBeShared };
  return {
    step: compileStep({ ...sources, decisions }, node),
    write: compileWriter(shape, root, layout.root),
    only: compileOnly(sources, shape),
  };
}

/**
 * A field of the root that no subgraph is asked for: the planner leaves out without a word what nobody can answer,
 * such as a field of an interface whose objects nobody knows. That is no null.
 */
function findUnanswered(
  { operation, root, layout, refused, ...reading }: VariantSources,
  decisions: Decisions,
): GraphQLError | undefined {
  const asked = [{ parent: root, set: operation.selectionSet }];
  for (const [key, places] of collectFields({ ...reading, decisions }, root, asked)) {
    const [{ parent, node }] = places;
    const isFetched = layout.root.find(keyInPlan(node, reading.fieldNames)) !== undefined;
    const isRefused = places.every((place) => refused.has(place.node));
    if (isFetched || isRefused || !fieldOf(parent, node.name.value)) continue;
    return new GraphQLError(`No subgraph can answer "${key}".`, {
      nodes: node,
      extensions: { code: 'UNANSWERABLE' },
    });
  }
  return undefined;
}

function compileOnly({ node, root, layout }: VariantSources, shape: Shape): Variant['only'] {
  const asked = node?.kind === 'Fetch' ? layout.asked.get(node) : undefined;
  const verbatim = asked && compileVerbatim(shape, root, asked);
  if (node?.kind !== 'Fetch' || !verbatim) return undefined;
  return { requestFor: compileRequest(node), verbatim };
}

/** What comes with an entity, or with a root type further down, may come to several places at once. */
function isWithin(place: Place, outer: Place): boolean {
  return (
    outer.length > 0 &&
    place.length > outer.length &&
    outer.every((key, index) => place[index] === key)
  );
}

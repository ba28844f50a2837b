import type { PlanNode } from '@apollo/query-planner';
import { GraphQLError, Kind, type FieldNode, type GraphQLObjectType } from 'graphql';
import { decide, decidersOf, isCondition } from './conditions.ts';
import type { Decisions } from './decisions.ts';
import { keyInPlan } from './distinct-aliases.ts';
import { fetchesOf } from './fetches.ts';
import type { Operation } from './operation.ts';
import { compileRequest, type RequestFor } from './request.ts';
import { askedSlots } from './plan-layout.ts';
import { hasDefer } from './plan-nodes.ts';
import type { ExecutionInput, Step } from './run.ts';
import { collect, fieldOf } from './selection.ts';
import { compileStep, type StepSources } from './steps.ts';
import { placeOf, type Place } from './targets.ts';
import { compileVerbatim, type Verbatim } from './verbatim.ts';
import { compileWriter, type Shape } from './writer.ts';
import type { WriteData } from './writing.ts';

/** What a plan comes to once `@skip`, `@include` and `@defer` are decided. */
export interface Variant {
  /** Fetches everything. */
  readonly step: Step | undefined;
  readonly write: WriteData;
  /** How many fetches have an id, if parts of the plan are deferred. */
  readonly fetchesById: ReadonlyMap<string, number> | undefined;
  /** If there is one fetch, whose answer may be all that the client wants. */
  readonly only: { readonly requestFor: RequestFor; readonly verbatim: Verbatim } | undefined;
}

export interface VariantSources
  extends
    Operation,
    Omit<Shape, keyof Deciding | 'mayBeShared'>,
    Omit<StepSources, keyof Deciding | 'askedSlots'> {
  readonly node: PlanNode | undefined;
  /** The type of the whole answer. */
  readonly root: GraphQLObjectType;
}

/** What one variant has and another hasn't. */
type Deciding = Pick<Shape, 'decisions' | 'isDeferring'>;

/** One operation needs few of the many that its variables could make. */
const variantsMax = 16;

/** Compiles each variant when it is first asked for; or says what is wrong with a variable that decides on it. */
export function createVariants(
  sources: VariantSources,
): (given: Pick<ExecutionInput, 'variables' | 'mayDefer'>) => Variant | GraphQLError {
  const { node, operation, document } = sources;
  const deciders = decidersOf(document, node);
  const isDeferrable = hasDefer(node);
  if (deciders.length === 0 && !isDeferrable) {
    const only = compileVariant(sources, { decisions: new Map(), isDeferring: false });
    return () => only;
  }
  const variants = new Map<string, Variant | GraphQLError>();
  return ({ variables, mayDefer = false }) => {
    const decisions = decide(deciders, operation, variables);
    if (decisions instanceof GraphQLError) return decisions;
    const isDeferring = isDeferrable && mayDefer;
    const key = [isDeferring, ...decisions.values()].join();
    let variant = variants.get(key);
    if (!variant) {
      variant = compileVariant(sources, { decisions, isDeferring });
      if (variants.size >= variantsMax) variants.clear();
      variants.set(key, variant);
    }
    return variant;
  };
}

function compileVariant(sources: VariantSources, deciding: Deciding): Variant | GraphQLError {
  const { node, root, layout } = sources;
  const unanswered = findUnanswered(sources, deciding.decisions);
  if (unanswered) return unanswered;
  const slots = askedSlots(layout, node, deciding.decisions);
  const places: readonly Place[] = fetchesOf(node).map(({ path }) => placeOf(path));
  const mayBeShared = (place: Place) => places.some((outer) => isWithin(place, outer));
  const shape = { ...sources, ...deciding, mayBeShared };
  return {
    step: compileStep({ ...sources, ...deciding, askedSlots: slots }, node),
    write: compileWriter(shape, root, layout.root),
    fetchesById: hasDefer(node) ? countById(node, deciding.decisions) : undefined,
    only: compileOnly(sources, shape),
  };
}

function countById(node: PlanNode | undefined, decisions: Decisions): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { fetch } of fetchesOf(node, decisions)) {
    if (fetch.id !== undefined) counts.set(fetch.id, (counts.get(fetch.id) ?? 0) + 1);
  }
  return counts;
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
  const { fields } = collect({ ...reading, decisions, isDeferring: false }, root, asked);
  for (const [key, places] of fields) {
    const [{ parent, node }] = places;
    const isFetched = layout.root.find(keyInPlan(node, reading.fieldNames)) !== undefined;
    const isIntrospection = !fieldOf(parent, node.name.value);
    const isRefused = places.every((place) => refused.has(place.node));
    if (isFetched || isIntrospection || isRefused) continue;
    // All that was asked of it may be under conditions, and then it is left out as well.
    if (places.some((place) => isConditional(place.node, reading.fragments))) continue;
    return new GraphQLError(`No subgraph can answer "${key}".`, {
      nodes: node,
      extensions: { code: 'UNANSWERABLE' },
    });
  }
  return undefined;
}

/** Whether there are conditions anywhere inside. */
function isConditional(
  { selectionSet }: Pick<FieldNode, 'selectionSet'>,
  fragments: Operation['fragments'],
  seen = new Set<string>(),
): boolean {
  return (selectionSet?.selections ?? []).some((selection) => {
    if (selection.directives?.some(isCondition)) return true;
    if (selection.kind !== Kind.FRAGMENT_SPREAD) return isConditional(selection, fragments, seen);
    const fragment = fragments.get(selection.name.value);
    if (!fragment || seen.has(selection.name.value)) return false;
    seen.add(selection.name.value);
    return isConditional(fragment, fragments, seen);
  });
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

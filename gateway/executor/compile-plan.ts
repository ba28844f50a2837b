import { isPlanNode, type FetchNode, type PlanNode, type QueryPlan } from '@apollo/query-planner';
import {
  GraphQLError,
  Kind,
  separateOperations,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLFormattedError,
  type GraphQLObjectType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { decide, decidingVariables, type Decisions } from './conditions.ts';
import { contestedFetches, fetchesOf } from './contested.ts';
import { unexplained } from './explain.ts';
import { publicPath } from './public-path.ts';
import type { ExecutionInput, Run, Step } from './run.ts';
import { compileStep } from './steps.ts';
import { placeOf, type Place } from './targets.ts';
import { compileWriter } from './writer.ts';
import { Writing, type Write } from './writing.ts';

export interface PlanInput {
  /** Of a query or a mutation. */
  readonly plan: QueryPlan;
  /** As the client sent it, which is how the answer looks: what the plan leaves out of it is null. */
  readonly document: DocumentNode;
  readonly operationName?: string | undefined;
  /** What clients see. */
  readonly publicSchema: GraphQLSchema;
  /** With what is hidden from them. */
  readonly fullSchema: GraphQLSchema;
}

export interface Answer {
  /** As JSON. */
  readonly data: string;
  readonly errors: readonly GraphQLFormattedError[];
}

/** Carries the plan out, any number of times and at once. */
export type CompiledPlan = (input: ExecutionInput) => Promise<Answer>;

/** What the plan comes to once `@skip` and `@include` are decided. */
interface Variant {
  readonly step: Step | undefined;
  readonly write: Write;
}

/** One operation needs few of the many that its variables could make. */
const variantsMax = 16;

/** Makes functions of a plan, so that carrying it out reads neither the plan nor the document again. */
export function compilePlan(input: PlanInput): CompiledPlan {
  const { plan, publicSchema } = input;
  const node = isPlanNode(plan.node) ? plan.node : undefined;
  if (plan.node && !node) throw new TypeError('subscriptions are not carried out here');
  const { operation, fragments, document } = operationOf(input);
  const root = publicSchema.getRootType(operation.operation);
  if (!root) throw new TypeError(`no ${operation.operation} in the schema`);
  const names = decidingVariables(document, node);
  const variants = new Map<string, Variant>();
  const compileVariant = variantCompiler({ ...input, node, operation, fragments, root });

  function variantFor(decisions: Decisions): Variant {
    const key = [...decisions.values()].join();
    let variant = variants.get(key);
    if (!variant) {
      variant = compileVariant(decisions);
      if (variants.size >= variantsMax) variants.clear();
      variants.set(key, variant);
    }
    return variant;
  }

  return async (given) => {
    let variant: Variant;
    try {
      variant = variantFor(decide(names, operation, given.variables));
    } catch (error) {
      if (error instanceof GraphQLError) return { data: 'null', errors: [error.toJSON()] };
      throw error;
    }
    const run: Run = { ...given, data: {}, errors: [], hasSharedObjects: false };
    await variant.step?.(run);
    const writing = new Writing(given.variables, run.hasSharedObjects);
    const data = variant.write(run.data, writing) ?? 'null';
    const errors = [...run.errors, ...unexplained(writing.misfits, run.errors)].map((error) => {
      const path = error.path && publicPath({ fragments }, operation.selectionSet, error.path);
      return path ? { ...error, path } : error;
    });
    return { data, errors };
  };
}

interface Sources extends PlanInput {
  readonly node: PlanNode | undefined;
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly root: GraphQLObjectType;
}

function variantCompiler(sources: Sources): (decisions: Decisions) => Variant {
  const { node, operation, fragments, root, publicSchema, fullSchema } = sources;
  const contested: ReadonlySet<FetchNode> = contestedFetches(node);
  const places: readonly Place[] = fetchesOf(node).map(({ path }) => placeOf(path));
  const mayBeShared = (place: Place) => places.some((outer) => isWithin(place, outer));
  return (decisions) => {
    const shape = { schema: publicSchema, operation, fragments, decisions, mayBeShared };
    return {
      step: compileStep({ decisions, contested, schema: fullSchema }, node),
      write: compileWriter(shape, root),
    };
  };
}

/** What comes with an entity, or with a root type further down, may come to several places at once. */
function isWithin(place: Place, outer: Place): boolean {
  return (
    outer.length > 0 &&
    place.length > outer.length &&
    outer.every((key, index) => place[index] === key)
  );
}

/** The one operation that is meant, with the fragments that it needs. */
function operationOf({ document, operationName }: PlanInput) {
  const documents = Object.values(separateOperations(document));
  const parts = documents.flatMap((candidate) => {
    const operation = candidate.definitions.find(
      (definition) => definition.kind === Kind.OPERATION_DEFINITION,
    );
    const isMeant = operation && (!operationName || operation.name?.value === operationName);
    return isMeant ? [{ operation, document: candidate }] : [];
  });
  const [part] = parts;
  if (!part || parts.length > 1)
    throw new TypeError('the document has no such operation, or several');
  const fragments = new Map(
    part.document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  );
  return { ...part, fragments };
}

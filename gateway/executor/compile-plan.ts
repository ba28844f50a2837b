import { isPlanNode, type FetchNode, type QueryPlan } from '@apollo/query-planner';
import {
  GraphQLError,
  type DocumentNode,
  type FieldNode,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import { concurrentFetches } from './concurrent-fetches.ts';
import { deliver } from './deliver.ts';
import { fieldNamesOf } from './distinct-aliases.ts';
import { unexplained } from './explain.ts';
import { createGathering } from './gathering.ts';
import { Later } from './later.ts';
import { operationOf } from './operation.ts';
import { layOut } from './plan-layout.ts';
import { publicPath } from './public-path.ts';
import type { ExecutionInput, Fetch, OnExtensions, Run } from './run.ts';
import type { Path } from './targets.ts';
import { createVariants, type Variant } from './variants.ts';
import type { Verbatim } from './verbatim.ts';
import { Writing } from './writing.ts';

export interface PlanInput {
  /** Of a query or a mutation, made from the `documentToPlan`. */
  readonly plan: QueryPlan;
  /** As the client sent it, which is how the answer looks: what the plan leaves out of it is null. */
  readonly document: DocumentNode;
  readonly operationName?: string | undefined;
  /** Fields of the document that the caller may not see, which the plan leaves out. They are null. */
  readonly refused?: ReadonlySet<FieldNode>;
  /** What clients see. */
  readonly publicSchema: GraphQLSchema;
  /** With what is hidden from them. */
  readonly fullSchema: GraphQLSchema;
  /** What `__schema` tells of, if that is less than what clients see. */
  readonly introspectionSchema?: GraphQLSchema;
  /** Whether what one subgraph is asked at the same moment goes out as one request; it does unless said. */
  readonly gathers?: boolean;
}

export interface Answer {
  /** As JSON. */
  readonly data: string;
  readonly errors: readonly GraphQLFormattedError[];
  /** If the operation defers a part of it: the JSON of each later payload, `{"incremental":[…],"hasNext":…}`. */
  readonly later?: AsyncIterable<string>;
}

/** Carries the plan out, any number of times and at once. */
export type CompiledPlan = (input: ExecutionInput) => Promise<Answer>;

/** Makes functions of a plan, so that carrying it out reads neither the plan nor the document again. */
export function compilePlan(input: PlanInput): CompiledPlan {
  const { plan, publicSchema, fullSchema } = input;
  const node = isPlanNode(plan.node) ? plan.node : undefined;
  if (plan.node && !node) throw new TypeError('subscriptions are not carried out here');
  const parts = operationOf(input.document, input.operationName);
  const { operation } = parts;
  const root = publicSchema.getRootType(operation.operation);
  if (!root) throw new TypeError(`no ${operation.operation} in the schema`);
  const layout = layOut(node);
  const blank = layout.root.blank();
  const sources = {
    ...parts,
    node,
    root,
    layout,
    gatherings: {
      concurrent: input.gathers === false ? new Set<FetchNode>() : concurrentFetches(node),
      gather: createGathering(),
    },
    publicSchema,
    fullSchema,
    introspectionSchema: input.introspectionSchema ?? publicSchema,
    fieldNames: fieldNamesOf(fullSchema),
    refused: input.refused ?? new Set<FieldNode>(),
  };
  const variantFor = createVariants(sources);

  const pathForClients = (path: Path) => publicPath(sources, operation.selectionSet, path);

  function presentable(error: GraphQLFormattedError): GraphQLFormattedError {
    return error.path ? { ...error, path: pathForClients(error.path) } : error;
  }

  async function execute(variant: Variant, input: ExecutionInput): Promise<Answer> {
    const { variables, fetch, onFailure, onExtensions } = input;
    const data = blank.slice();
    const later = variant.fetchesById && new Later(variant.fetchesById);
    const run: Run = {
      variables,
      fetch,
      onFailure,
      onExtensions,
      data,
      errors: [],
      hasSharedObjects: later !== undefined,
      later,
    };
    await variant.step?.(run);
    const writing = new Writing(variables, run.hasSharedObjects);
    const text = variant.write(data, writing);
    const errors = [...run.errors, ...unexplained(writing.misfits, run.errors)];
    const answer = { data: text ?? 'null', errors: errors.map(presentable) };
    if (!later || text === undefined || writing.postponed.length === 0) return answer;
    const delivery = { variables, later, errors, postponed: writing.postponed };
    return { ...answer, later: deliver({ ...delivery, publicPath: pathForClients, presentable }) };
  }

  return async (given) => {
    const variant = variantFor(given);
    if (variant instanceof GraphQLError) return { data: 'null', errors: [variant.toJSON()] };
    if (!variant.only) return await execute(variant, given);
    const answer = given.fetch(variant.only.requestFor(given.variables));
    const data = await verbatimOf(answer, variant.only.verbatim, given.onExtensions);
    if (data !== undefined) return { data, errors: [] };
    return await execute(variant, { ...given, fetch: () => answer }); // there is more to it
  };
}

async function verbatimOf(
  answer: ReturnType<Fetch>,
  verbatim: Verbatim,
  onExtensions: OnExtensions | undefined,
): Promise<string | undefined> {
  try {
    const text = await answer;
    return typeof text === 'string' ? verbatim(text, onExtensions) : undefined;
  } catch {
    return undefined;
  }
}

import type { PlanNode } from '@apollo/query-planner';
import {
  GraphQLError,
  Kind,
  visit,
  type DirectiveNode,
  type DocumentNode,
  type OperationDefinitionNode,
} from 'graphql';
import type { Decisions } from './decisions.ts';
import { deferConditionOf } from './defer-ids.ts';
import { innerNodes } from './plan-nodes.ts';

type Variables = Readonly<Record<string, unknown>>;

/** A variable that decides. */
export interface Decider {
  readonly name: string;
  /** What holds where there is no value. */
  readonly otherwise: boolean | undefined;
}

/** The variables that decide what is fetched and what is answered, and when. */
export function decidersOf(document: DocumentNode, node: PlanNode | undefined): readonly Decider[] {
  const [names, deferNames] = [new Set<string>(), new Set<string>()];
  visit(document, {
    Directive(directive) {
      const condition = conditionOf(directive);
      const deferCondition = deferConditionOf(directive);
      if (condition?.kind === Kind.VARIABLE) names.add(condition.name.value);
      if (deferCondition?.kind === Kind.VARIABLE) deferNames.add(deferCondition.name.value);
    },
  });
  for (const name of conditionsOf(node)) if (!deferNames.has(name)) names.add(name);
  return [...names.union(deferNames)].toSorted().map((name) => ({
    name,
    otherwise: names.has(name) ? undefined : true, // as `@defer` without a condition
  }));
}

function conditionsOf(node: PlanNode | undefined): readonly string[] {
  if (node?.kind !== 'Condition') return innerNodes(node).flatMap(conditionsOf);
  return [node.condition, ...innerNodes(node).flatMap(conditionsOf)];
}

/** The decisions, or what is wrong with a variable that should make one. */
export function decide(
  deciders: readonly Decider[],
  operation: OperationDefinitionNode,
  variables: Variables,
): Decisions | GraphQLError {
  const decisions = new Map<string, boolean>();
  for (const { name, otherwise } of deciders) {
    const decision = decisionOf(name, operation, variables, otherwise);
    if (decision === undefined) {
      return new GraphQLError(`Variable "$${name}" must be true or false.`, {
        extensions: { code: 'BAD_USER_INPUT' },
      });
    }
    decisions.set(name, decision);
  }
  return decisions;
}

function decisionOf(
  name: string,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Variables,
  otherwise: boolean | undefined,
): boolean | undefined {
  const given = Object.hasOwn(variables, name) ? variables[name] : undefined;
  if (typeof given === 'boolean') return given;
  const definition = variableDefinitions.find(({ variable }) => variable.name.value === name);
  const preset = definition?.defaultValue;
  if (given !== undefined) return undefined;
  return preset?.kind === Kind.BOOLEAN ? preset.value : otherwise;
}

/** Whether a field or a fragment with these directives is a part of the operation. */
export function isIncluded(
  directives: readonly DirectiveNode[] | undefined,
  decisions: Decisions,
): boolean {
  return (directives ?? []).every((directive) => {
    const value = conditionOf(directive);
    if (!value) return true;
    const decision =
      value.kind === Kind.VARIABLE
        ? decisions.get(value.name.value) === true
        : value.kind === Kind.BOOLEAN && value.value;
    return decision === (directive.name.value === 'include');
  });
}

export function isCondition({ name }: DirectiveNode): boolean {
  return name.value === 'skip' || name.value === 'include';
}

function conditionOf(directive: DirectiveNode) {
  if (!isCondition(directive)) return undefined;
  return directive.arguments?.find((argument) => argument.name.value === 'if')?.value;
}

import type { PlanNode } from '@apollo/query-planner';
import {
  GraphQLError,
  Kind,
  visit,
  type DirectiveNode,
  type DocumentNode,
  type OperationDefinitionNode,
} from 'graphql';

/** The values of the variables that decide, by `@skip` and `@include`, what is a part of the operation. */
export type Decisions = ReadonlyMap<string, boolean>;

type Variables = Readonly<Record<string, unknown>>;

/** The names of the variables that decide what is fetched and what is answered. */
export function decidingVariables(
  document: DocumentNode,
  node: PlanNode | undefined,
): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive(directive) {
      const value = conditionOf(directive);
      if (value?.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  addConditions(node, names);
  return [...names].sort();
}

function addConditions(node: PlanNode | undefined, names: Set<string>): void {
  if (node?.kind === 'Condition') {
    names.add(node.condition);
    addConditions(node.ifClause, names);
    addConditions(node.elseClause, names);
  } else if (node?.kind === 'Flatten') addConditions(node.node, names);
  else if (node?.kind === 'Sequence' || node?.kind === 'Parallel') {
    for (const inner of node.nodes) addConditions(inner, names);
  }
}

/** The decisions, or what is wrong with a variable that should make one. */
export function decide(
  names: readonly string[],
  operation: OperationDefinitionNode,
  variables: Variables,
): Decisions | GraphQLError {
  const decisions = new Map<string, boolean>();
  for (const name of names) {
    const decision = decisionOf(name, operation, variables);
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
): boolean | undefined {
  const given = Object.hasOwn(variables, name) ? variables[name] : undefined;
  if (typeof given === 'boolean') return given;
  const definition = variableDefinitions.find(({ variable }) => variable.name.value === name);
  const preset = definition?.defaultValue;
  return given === undefined && preset?.kind === Kind.BOOLEAN ? preset.value : undefined;
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

function conditionOf({ name, arguments: args }: DirectiveNode) {
  if (name.value !== 'skip' && name.value !== 'include') return undefined;
  return args?.find((argument) => argument.name.value === 'if')?.value;
}

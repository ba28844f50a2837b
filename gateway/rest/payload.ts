import type { Problem } from '#service';
import {
  getNamedType,
  isObjectType,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLOutputType,
  type SelectionSetNode,
} from 'graphql';
import { parameterFor, type Parameter } from './parameters.ts';

/** Which part of what the root field has is the answer. */
export interface Outcome {
  /** Of a mutation's payload, the field beside `userErrors`; undefined when all of it is the answer. */
  readonly key: string | undefined;
  readonly type: GraphQLOutputType;
  readonly selected: SelectionSetNode | undefined;
}

const refusalFields = ['code', 'message', 'field'];

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/** What the answer is, or why there is none. */
export function outcomeOf(
  root: FieldNode,
  type: GraphQLOutputType,
  fragments: Fragments,
): Outcome | Error {
  const payload = getNamedType(type);
  if (!isObjectType(payload) || !payload.getFields()['userErrors']) {
    return { key: undefined, type, selected: root.selectionSet };
  }
  const fields = fieldsOf(root.selectionSet, fragments);
  const refusals = fields.find(({ name }) => name.value === 'userErrors');
  const told = fieldsOf(refusals?.selectionSet, fragments).map(({ name, alias }) => alias ?? name);
  const [outcome, ...others] = fields.filter((field) => field !== refusals);
  const field = outcome && payload.getFields()[outcome.name.value];
  if (
    !refusalFields.every((name) => told.some(({ value }) => value === name)) ||
    (refusals?.alias ?? outcome?.alias) ||
    !outcome ||
    !field ||
    others.length > 0
  ) {
    return new Error(
      'select `userErrors { code message field }`, and the one field that is the answer',
    );
  }
  return { key: outcome.name.value, type: field.type, selected: outcome.selectionSet };
}

/** Those of an object, whether they stand there or in a fragment. */
function fieldsOf(
  selected: SelectionSetNode | undefined,
  fragments: Fragments,
): readonly FieldNode[] {
  return (selected?.selections ?? []).flatMap((each) => {
    if (each.kind === Kind.FIELD) return [each];
    const inner = each.kind === Kind.INLINE_FRAGMENT ? each : fragments.get(each.name.value);
    return fieldsOf(inner?.selectionSet, fragments);
  });
}

interface UserError {
  readonly code: string;
  readonly message: string;
  readonly field: readonly string[] | null;
}

/** The JSON of what was changed, or why nothing was; undefined when there is neither. */
export function readPayload(
  json: string,
  key: string,
  parameters: readonly Parameter[],
): string | Problem | undefined {
  const payload = JSON.parse(json) as Readonly<Record<string, unknown>>;
  const [refusal] = payload['userErrors'] as readonly UserError[];
  if (refusal) return toProblem(refusal, parameters);
  return payload[key] === null ? undefined : JSON.stringify(payload[key]);
}

function toProblem(
  { code, message, field: path }: UserError,
  parameters: readonly Parameter[],
): Problem {
  const argument = path?.join('.') ?? '';
  // Paths begin inside of `input`, where a mutation has that.
  const field = parameterFor(argument, parameters) ?? parameterFor(`input.${argument}`, parameters);
  return {
    status: code === 'NOT_FOUND' ? 404 : code === 'STALE' ? 409 : 422,
    code,
    detail: message,
    ...(field !== undefined && { field }),
  };
}

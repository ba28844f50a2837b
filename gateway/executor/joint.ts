import type { FetchNode } from '@apollo/query-planner';
import { compileAnswer, type SubgraphAnswer } from './answer.ts';
import type { AskedObject } from './asked.ts';
import { pathOf } from './errors.ts';
import { aliasOf, jointOperation, variableOf } from './joint-request.ts';
import { isObject, type Json } from './json.ts';
import { Layout, type Slot } from './layout.ts';
import { compileRequest } from './request.ts';
import type { OnExtensions, SubgraphRequest } from './run.ts';
import type { Value } from './values.ts';

/** What a subgraph said, question by question. */
export interface JointAnswer {
  /** One for each representation, if all is well. */
  readonly entities: readonly Value[];
  /** Their paths begin with `_entities` and the index of the representation, unless they concern all. */
  readonly errors: readonly (readonly Json[])[];
  /** Whether there is any error at all. */
  readonly hasErrors: boolean;
}

/** What is asked of the entities at one place, and by which fetch. */
export interface EntityQuestion {
  readonly fetch: FetchNode;
  readonly asked: AskedObject;
}

/** One request for all that several fetches ask one subgraph. */
export interface Joint {
  /** `representations` are JSON, question by question; `others` are members of a JSON object. */
  readonly requestFor: (
    variables: Readonly<Record<string, unknown>>,
    representations: readonly (readonly string[])[],
    others?: string,
  ) => SubgraphRequest;
  readonly read: (given: unknown, onExtensions?: OnExtensions) => JointAnswer;
  /** Of what is read of an entity, question by question, in the order of the fields. */
  readonly slots: readonly (readonly number[])[];
}

export function compileJoint(questions: readonly EntityQuestion[]): Joint {
  const layout = new Layout();
  const fields = questions.map(({ asked }, index) => {
    const key = questions.length === 1 ? '_entities' : aliasOf(index);
    return { key, slot: layout.slot(key), inner: asked };
  });
  const readAnswer = compileAnswer({ layout, fields });
  return {
    requestFor: compileJointRequest(questions.map(({ fetch }) => fetch)),
    read: (given, onExtensions) => split(readAnswer(given, onExtensions), fields),
    slots: questions.map(({ asked }) => asked.fields.map(({ slot }) => slot.index)),
  };
}

function compileJointRequest(fetches: readonly FetchNode[]): Joint['requestFor'] {
  const [first, ...others] = fetches;
  if (!first) throw new TypeError('nothing is asked');
  const isJoint = others.length > 0;
  const requestFor = compileRequest(isJoint ? joined(first, fetches) : first);
  const prefixes = fetches.map(
    (_fetch, index) => `${JSON.stringify(isJoint ? variableOf(index) : 'representations')}:[`,
  );
  return (variables, representations, others) => {
    let own = '';
    for (const [index, texts] of representations.entries()) {
      own += `${index === 0 ? '' : ','}${prefixes[index] ?? ''}${texts.join()}]`;
    }
    return requestFor(variables, others === undefined ? own : `${own},${others}`);
  };
}

function joined(first: FetchNode, fetches: readonly FetchNode[]): FetchNode {
  return {
    ...first,
    operation: jointOperation(fetches),
    operationName: undefined,
    variableUsages: [...new Set(fetches.flatMap(({ variableUsages = [] }) => variableUsages))],
  };
}

function split(
  { data, errors }: SubgraphAnswer,
  fields: readonly { readonly key: string; readonly slot: Slot }[],
): JointAnswer {
  return {
    hasErrors: errors.length > 0,
    entities: fields.map(({ slot }) => data?.[slot.index] ?? null),
    errors: fields.map(({ key }) =>
      errors.flatMap((error) => {
        const [root, ...rest] = pathOf(error) ?? [];
        if (root === undefined || !fields.some((field) => field.key === root)) return [error]; // it concerns all
        return root === key && isObject(error) ? [{ ...error, path: ['_entities', ...rest] }] : [];
      }),
    ),
  };
}

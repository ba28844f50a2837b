import type { AskedObject } from './asked.ts';
import type { Json } from './json.ts';
import { Layout } from './layout.ts';
import { compileReader } from './reader.ts';
import type { OnExtensions } from './run.ts';
import type { Slots, Value } from './values.ts';

/** What a subgraph answered. */
export interface SubgraphAnswer {
  readonly data: Slots | null;
  readonly errors: readonly Json[];
}

/** Reads an answer, given as JSON or as what JSON means. Throws at what is no answer of a GraphQL server. */
export type ReadAnswer = (given: unknown, onExtensions?: OnExtensions) => SubgraphAnswer;

export function compileAnswer(asked: AskedObject): ReadAnswer {
  const layout = new Layout();
  const data = layout.slot('data');
  const errors = layout.slot('errors');
  const extensions = layout.slot('extensions');
  const read = compileReader({
    layout,
    fields: [
      { key: 'data', slot: data, inner: asked },
      { key: 'errors', slot: errors },
      { key: 'extensions', slot: extensions },
    ],
  });
  return (given, onExtensions) => {
    const answer = read(typeof given === 'string' ? given : JSON.stringify(given));
    const said = answer[extensions.index];
    if (typeof said === 'string') onExtensions?.(said);
    return checked(answer[data.index] ?? null, answer[errors.index] ?? null);
  };
}

function checked(data: Value, errors: Value): SubgraphAnswer {
  if (data !== null && !Array.isArray(data))
    throw new TypeError('the data of the answer are no object');
  if (errors === null) {
    if (data === null) throw new TypeError('the answer has neither data nor errors');
    return { data, errors: [] };
  }
  const list = typeof errors === 'string' ? (JSON.parse(errors) as Json) : null;
  if (!Array.isArray(list)) throw new TypeError('the errors of the answer are no list');
  return { data, errors: list };
}

import { invalidRequest } from '../domain/stripe-error.ts';

/** Parameters as Stripe's clients nest them: `metadata[order]=7` and `expand[]=data`. */
export type Form = Map<string, string | Form>;

const nestingMax = 8;

export function parseForm(text: string): Form {
  const form: Form = new Map();
  for (const [name, value] of new URLSearchParams(text)) put(form, name, value);
  return form;
}

/** The same text for the same parameters, in whatever order they came. */
export function canonicalForm(form: Form): string {
  const entries = [...form].sort(([left], [right]) => (left < right ? -1 : 1));
  const pairs = entries.map(([name, value]) => [
    name,
    typeof value === 'string' ? value : { within: canonicalForm(value) },
  ]);
  return JSON.stringify(pairs);
}

function put(form: Form, name: string, value: string): void {
  const path = pathOf(name);
  const last = path.pop() ?? name;
  let within = form;
  for (const step of path) {
    const next = within.get(step) ?? new Map<string, string | Form>();
    if (typeof next === 'string') throw misnested(name);
    within.set(step, next);
    within = next;
  }
  const key = last === '' ? `${within.size}` : last; // `expand[]`: the next of a list
  if (typeof within.get(key) === 'object') throw misnested(name);
  within.set(key, value);
}

/** `a[b][]` is a, b and the empty name. */
function pathOf(name: string): string[] {
  const [, first, nested] = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(name) ?? [];
  if (first === undefined || nested === undefined) return [name];
  const path = [first, ...nested.slice(1, -1).split('][')];
  if (path.length > nestingMax) throw misnested(name);
  return nested === '' ? [first] : path;
}

function misnested(name: string) {
  return invalidRequest(`Invalid parameter: ${name} is nested in a way that has no meaning.`, {
    param: name,
  });
}

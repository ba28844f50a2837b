import { AppError } from '#errors';
import type { Backoff, RetryPolicy } from './backoff.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import { placeholdersIn } from './placeholder.ts';
import type {
  HttpTask,
  ProvisioningAction,
  TaskKind,
  Template,
  TemplateTask,
  Undo,
} from './template.ts';

const tasksMax = 50;
const attemptsMax = 1_000;
const delayMsMax = 3_600_000;

/**
 * Reads a template from JSON.
 * @throws TemplateInvalid with the path of the first thing that is wrong.
 */
export function parseTemplate(value: unknown): Template {
  const at = new Place(value, []);
  at.hasOnly('key', 'name', 'actions', 'tasks');
  const tasks = at.get('tasks').list(1, tasksMax);
  const known = new Set(['order.id', 'order.lineId', 'order.ownerId', ...alwaysThere]);
  const keys = new Set<string>();
  return {
    key: at.get('key').key(),
    name: at.get('name').text(),
    actions: at
      .get('actions')
      .list(1, actions.length)
      .map((each) => each.oneOf(actions)),
    tasks: tasks.map((place) => {
      const task = parseTask(place, known);
      const own =
        task.kind === 'HTTP' && task.undo !== null ? [task.key, task.undo.key] : [task.key];
      for (const key of own) {
        if (keys.has(key)) place.get('key').refuse(`is taken: ${key} names another task`);
        keys.add(key);
      }
      const outputs = task.kind === 'HTTP' ? Object.keys(task.output) : [];
      for (const name of outputs) known.add(`tasks.${task.key}.${name}`);
      return task;
    }),
  };
}

export class TemplateInvalid extends AppError {
  override readonly name = 'TemplateInvalid';
  /** From the template's root. */
  readonly path: readonly string[];

  constructor(path: readonly string[], problem: string) {
    super('TEMPLATE_INVALID', `${['template', ...path].join('.')} ${problem}.`);
    this.path = path;
  }
}

const actions: readonly ProvisioningAction[] = ['CREATE', 'TERMINATE'];
const kinds: readonly TaskKind[] = ['RESERVE', 'HTTP', 'SET'];
/** What every instance has, so that it may stand within a longer text. */
const alwaysThere = ['instance.id', 'instance.sku', 'instance.productName'];
const mayBeMissing = /^(configuration\.[\w-]+(\.[\w-]+)*|instance\.skuParts\.\d+)$/;
const fromResponse = /^response(\.[\w-]+)+$/;

function parseTask(at: Place, known: ReadonlySet<string>): TemplateTask {
  const kind = at.get('kind').oneOf(kinds);
  const named = { key: at.get('key').key(), name: at.get('name').text() };
  switch (kind) {
    case 'RESERVE':
      at.hasOnly('key', 'name', 'kind');
      return { ...named, kind };
    case 'SET':
      at.hasOnly('key', 'name', 'kind', 'attributes');
      return { ...named, kind, attributes: at.get('attributes').drawsFrom(known) };
    case 'HTTP':
      return { ...named, kind, ...parseHttp(at, known) };
  }
}

function parseHttp(at: Place, known: ReadonlySet<string>): Omit<HttpTask, 'key' | 'name' | 'kind'> {
  const parts = ['system', 'request', 'lookup', 'poll', 'timeoutMs', 'retry', 'output', 'undo'];
  at.hasOnly('key', 'name', 'kind', ...parts);
  const request = at.get('request').hasOnly('method', 'path', 'body');
  const lookup = at.get('lookup').hasOnly('path');
  return {
    system: at.get('system').key(),
    request: {
      method: request.get('method').oneOf(['PUT']),
      path: request.get('path').path(),
      body: request.get('body').drawsFrom(known),
    },
    lookup: { path: lookup.get('path').path() },
    poll: parseBackoff(at.get('poll').hasOnly('firstDelayMs', 'factor', 'delayMsMax')),
    timeoutMs: at.get('timeoutMs').number(100, delayMsMax),
    retry: parseRetry(at.get('retry')),
    output: at.get('output').drawsFromResponse(),
    undo: at.has('undo') ? parseUndo(at.get('undo')) : null,
  };
}

function parseBackoff(at: Place): Backoff {
  return {
    firstDelayMs: at.get('firstDelayMs').number(1, delayMsMax),
    factor: at.get('factor').number(1, 10),
    delayMsMax: at.get('delayMsMax').number(1, delayMsMax),
  };
}

function parseRetry(at: Place): RetryPolicy {
  at.hasOnly('attempts', 'firstDelayMs', 'factor', 'delayMsMax', 'onExhausted');
  const attempts = at.get('attempts').number(1, attemptsMax);
  if (!Number.isInteger(attempts)) at.get('attempts').refuse('is not a whole number');
  return { ...parseBackoff(at), attempts, onExhausted: at.get('onExhausted').oneOf(['FAIL']) };
}

function parseUndo(at: Place): Undo {
  at.hasOnly('key', 'name', 'request');
  const request = at.get('request').hasOnly('method', 'path');
  return {
    key: at.get('key').key(),
    name: at.get('name').text(),
    request: { method: request.get('method').oneOf(['DELETE']), path: request.get('path').path() },
  };
}

/** A value and where it stands in the template. */
class Place {
  readonly #value: unknown;
  readonly #path: readonly string[];

  constructor(value: unknown, path: readonly string[]) {
    this.#value = value;
    this.#path = path;
  }

  refuse(problem: string, within: readonly string[] = []): never {
    throw new TemplateInvalid([...this.#path, ...within], problem);
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#object(), name);
  }

  get(name: string): Place {
    const object = this.#object();
    return new Place(Object.hasOwn(object, name) ? object[name] : undefined, [...this.#path, name]);
  }

  hasOnly(...names: readonly string[]): this {
    const stranger = Object.keys(this.#object()).find((name) => !names.includes(name));
    if (stranger !== undefined) this.get(stranger).refuse(`is unknown: use ${names.join(', ')}`);
    return this;
  }

  list(min: number, max: number): Place[] {
    if (!Array.isArray(this.#value)) return this.refuse('is not a list');
    const values: unknown[] = this.#value;
    if (values.length < min || values.length > max)
      this.refuse(`has not ${min} to ${max} elements`);
    return values.map((value, index) => new Place(value, [...this.#path, `${index}`]));
  }

  text(): string {
    const value = this.#value;
    return typeof value === 'string' && value !== '' ? value : this.refuse('is not a text');
  }

  key(): string {
    const text = this.text();
    return /^[a-z][a-z0-9-]{0,62}$/.test(text)
      ? text
      : this.refuse('is not a key: use small letters, digits and hyphens, at most 63');
  }

  oneOf<Choice extends string>(choices: readonly Choice[]): Choice {
    const choice = choices.find((each) => each === this.#value);
    return choice ?? this.refuse(`is not one of ${choices.join(', ')}`);
  }

  number(min: number, max: number): number {
    const value = this.#value;
    return typeof value === 'number' && value >= min && value <= max
      ? value
      : this.refuse(`is not a number from ${min} to ${max}`);
  }

  /** The path of an address, made of what every instance has. */
  path(): string {
    const text = this.text();
    if (!text.startsWith('/')) this.refuse('does not begin with /');
    const wrong = placeholdersIn(text).find(({ path }) => !alwaysThere.includes(path));
    return wrong === undefined
      ? text
      : this.refuse(`has {{${wrong.path}}}: use ${alwaysThere.join(', ')}`);
  }

  drawsFrom(known: ReadonlySet<string>): JsonObject {
    const object = this.#object();
    for (const { path, isWhole, at } of placeholdersIn(object)) {
      if (!known.has(path) && !mayBeMissing.test(path)) {
        this.refuse(`has {{${path}}}, which names nothing that this task can know`, at);
      }
      if (!isWhole && !path.startsWith('order.') && !alwaysThere.includes(path)) {
        this.refuse(
          `has {{${path}}} within a text, where it may be missing: let it stand alone`,
          at,
        );
      }
    }
    return object;
  }

  drawsFromResponse(): JsonObject {
    const object = this.#object();
    const wrong = placeholdersIn(object).find(
      ({ path, isWhole }) => !isWhole || !fromResponse.test(path),
    );
    if (wrong === undefined) return object;
    return this.refuse(`has {{${wrong.path}}}: use {{response.…}} as the whole value`, wrong.at);
  }

  #object(): JsonObject {
    const value = this.#value as Json | undefined;
    return isJsonObject(value) ? value : this.refuse('is not an object');
  }
}

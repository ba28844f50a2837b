import type { Backoff, RetryPolicy } from './backoff.ts';
import { alwaysThere, Place } from './place.ts';
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

const actions: readonly ProvisioningAction[] = ['CREATE', 'TERMINATE'];
const kinds: readonly TaskKind[] = ['RESERVE', 'HTTP', 'SET'];

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

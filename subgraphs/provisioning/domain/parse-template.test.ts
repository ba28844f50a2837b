import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseTemplate } from './parse-template.ts';
import { TemplateInvalid } from './place.ts';

const file = new URL('../templates/cloud-machine.json', import.meta.url);
const cloudMachine = readFileSync(file, 'utf8');

test('the template of a cloud machine is read', () => {
  const { key, actions, tasks } = parseTemplate(JSON.parse(cloudMachine));
  expect([key, actions]).toEqual(['cloud-machine', ['CREATE', 'TERMINATE']]);
  expect(tasks.map((task) => [task.key, task.kind])).toEqual([
    ['reserve-stock', 'RESERVE'],
    ['create-machine', 'HTTP'],
    ['record', 'SET'],
  ]);
});

test.each([
  ['tasks.0.kind', 'is not one of RESERVE, HTTP, SET', '"RESERVE"', '"SCRIPT"'],
  ['tasks.0.script', 'is unknown', '"kind": "RESERVE"', '"kind": "RESERVE", "script": "rm"'],
  ['tasks.1.key', 'is taken', '"key": "create-machine"', '"key": "reserve-stock"'],
  ['tasks.1.undo.key', 'is not a key', '"delete-machine"', '"Delete machine"'],
  ['tasks.1.request.method', 'is not one of PUT', '"PUT"', '"POST"'],
  ['tasks.1.request.path', 'does not begin with /', '"/v1/machines/{{instance.id}}",\n', '"v1",\n'],
  ['tasks.1.request.body.owner', 'names nothing', '{{order.ownerId}}', '{{order.owner}}'],
  ['tasks.1.request.body.owner', 'names nothing', '{{order.ownerId}}', '{{process.env.HOME}}'],
  [
    'tasks.1.request.body.image',
    'may be missing',
    '"{{configuration.image}}"',
    '"x{{configuration.image}}"',
  ],
  [
    'tasks.1.lookup.path',
    'has {{configuration.a}}',
    '"lookup": { "path": "/v1/machines/{{instance.id}}"',
    '"lookup": { "path": "/{{configuration.a}}"',
  ],
  ['tasks.1.output.address', 'as the whole value', '"{{response.address}}"', '"{{instance.id}}"'],
  ['tasks.1.retry.attempts', 'is not a number from 1', '"attempts": 40', '"attempts": 0'],
  ['tasks.1.retry.attempts', 'is not a whole number', '"attempts": 40', '"attempts": 1.5'],
  ['tasks.1.retry.onExhausted', 'is not one of FAIL', '"FAIL"', '"WAIT"'],
  [
    'tasks.2.attributes.address',
    'names nothing',
    '{{tasks.create-machine.address}}',
    '{{tasks.create-machine.ip}}',
  ],
  ['actions.1', 'is not one of CREATE, TERMINATE', '"TERMINATE"', '"EXPLODE"'],
])('%s is refused when it %s', (path, problem, right, wrong) => {
  const broken = cloudMachine.replace(right, wrong);
  expect(broken).not.toBe(cloudMachine);
  const read = () => parseTemplate(JSON.parse(broken));
  expect(read).toThrow(TemplateInvalid);
  expect(read).toThrow(`template.${path} `);
  expect(read).toThrow(problem);
});

test('a task can not draw from a later one', () => {
  const { tasks, ...template } = JSON.parse(cloudMachine) as { tasks: unknown[] };
  const turned = { ...template, tasks: tasks.toReversed() };
  expect(() => parseTemplate(turned)).toThrow('template.tasks.0.attributes.machineId ');
});

test.each([null, [], 'text', {}])('%j is no template', (value) => {
  expect(() => parseTemplate(value)).toThrow(TemplateInvalid);
});

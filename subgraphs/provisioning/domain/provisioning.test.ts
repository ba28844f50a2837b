import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Refusal } from '#errors';
import { advanceInstance, type InstanceStatus } from './instance.ts';
import { openCreation, openTermination } from './opening.ts';
import type { Change, Provisioning } from './change.ts';
import {
  begin,
  completeTask,
  failTask,
  mayGoOn,
  postponeTask,
  recordAttributes,
  startTask,
  succeed,
} from './provisioning.ts';
import {
  compensate,
  completeUndo,
  end,
  requestCancellation,
  startUndo,
  tasksToUndo,
} from './undoing.ts';
import { advanceRequest, isFinal, type RequestStatus } from './request.ts';
import { advanceTask, progressOf, type TaskStatus } from './task.ts';
import type { PublishedTemplate } from './template.ts';

const noon = new Date('2026-11-25T12:00:00Z');
const later = new Date('2026-11-25T12:01:00Z');
const policy = { firstDelayMs: 1, factor: 1, delayMsMax: 1 };
const template: PublishedTemplate = {
  key: 'machine',
  version: 3,
  name: 'Machine',
  actions: ['CREATE', 'TERMINATE'],
  definition: {},
  publishedAt: noon,
  tasks: [
    { key: 'take', name: 'Take', kind: 'RESERVE' },
    {
      key: 'make',
      name: 'Make',
      kind: 'HTTP',
      system: 'machines',
      request: { method: 'PUT', path: '/', body: {} },
      lookup: { path: '/' },
      poll: policy,
      timeoutMs: 1,
      retry: { ...policy, attempts: 3, onExhausted: 'FAIL' },
      output: {},
      undo: { key: 'unmake', name: 'Unmake', request: { method: 'DELETE', path: '/' } },
    },
    { key: 'note', name: 'Note', kind: 'SET', attributes: {} },
  ],
};
const unit = {
  orderId: 'ord_1',
  orderLineId: 'oln_1',
  ownerId: 'usr_1',
  sku: 'aws:m7i.large:us-east-1',
  productName: 'm7i.large',
  configuration: {},
};
const opened = openCreation({ requestId: 'prq_1', instanceId: 'ins_1' }, unit, template, noon);
const running = begin(opened, later);
const refused = { code: 'DOWNSTREAM_REFUSED', message: 'No.', taskKey: 'make' };

test('a request begins with its instance', () => {
  expect([opened.request.status, opened.instance.status]).toEqual(['PENDING', 'CREATED']);
  expect([running.request.status, running.instance.status]).toEqual(['RUNNING', 'PENDING_ACTIVE']);
  expect(typesOf(running)).toEqual(['request.started']);
});

test('every event names the request, its order, line and instance, and how far it is', () => {
  const done = completeTask(startTask(running, 'take', 1, later), 'take', {}, later);
  expect(done.events).toEqual([
    {
      type: 'task.succeeded',
      data: {
        requestId: 'prq_1',
        action: 'CREATE',
        orderId: 'ord_1',
        orderLineId: 'oln_1',
        instanceId: 'ins_1',
        status: 'RUNNING',
        progress: 1 / 3,
        taskKey: 'take',
        taskStatus: 'SUCCEEDED',
        message: 'Take: done.',
      },
    },
  ]);
});

test('with its tasks done, a request succeeds and its instance is active', () => {
  const done = succeed(afterTasks('take', 'make', 'note'), later);
  expect(done.request).toMatchObject({ status: 'SUCCEEDED', progress: 1, finishedAt: later });
  expect(done.instance).toMatchObject({ status: 'ACTIVE', activatedAt: later });
  expect(typesOf(done)).toEqual(['instance.activated', 'request.succeeded']);
});

test('recording attributes adds to those that are there', () => {
  const before = { ...running, instance: { ...running.instance, attributes: { a: 1, b: 1 } } };
  const done = recordAttributes(startTask(before, 'note', 1, later), 'note', { b: 2 }, later);
  expect(done.instance.attributes).toEqual({ a: 1, b: 2 });
});

test('an attempt without an answer is followed by another', () => {
  const waiting = postponeTask(
    startTask(running, 'make', 1, noon),
    'make',
    { error: '503', nextAttemptAt: later },
    noon,
  );
  expect(taskOf(waiting, 'make')).toMatchObject({
    status: 'RETRYING',
    attempts: 1,
    nextAttemptAt: later,
    lastError: '503',
  });
  const again = startTask(waiting, 'make', 2, later);
  expect(taskOf(again, 'make')).toMatchObject({
    status: 'RUNNING',
    attempts: 2,
    nextAttemptAt: null,
    startedAt: noon,
  });
  expect(typesOf(again)).toEqual(['task.started']);
});

describe('a failure', () => {
  test('of the only call, refused, leaves nothing to undo: the request is FAILED', () => {
    const failed = failTask(startTask(afterTasks('take'), 'make', 1, noon), refused, '422', noon);
    expect(tasksToUndo(failed.request, ['make'])).toEqual([]);
    const ended = end(compensate(failed, [], noon), later);
    expect(ended.request).toMatchObject({ status: 'FAILED', failure: refused });
    expect(ended.instance.status).toBe('ABORTED');
    expect(typesOf(ended)).toEqual(['instance.aborted', 'request.failed']);
    expect(taskOf(ended, 'note').status).toBe('CANCELLED');
  });

  test('after a call without an answer may have left something', () => {
    const failed = failTask(startTask(afterTasks('take'), 'make', 2, noon), refused, '422', noon);
    expect(tasksToUndo(failed.request, ['make'])).toEqual(['make']);
  });

  test('that left something is undone: the request is COMPENSATED', () => {
    const failure = { ...refused, code: 'DOWNSTREAM_FAILED' };
    const failed = failTask(startTask(afterTasks('take'), 'make', 1, noon), failure, '', noon);
    const keys = tasksToUndo(failed.request, ['make']);
    expect(keys).toEqual(['make']);
    const turned = compensate(failed, keys, noon);
    expect([turned.request.status, ...typesOf(turned)]).toEqual([
      'COMPENSATING',
      'request.compensating',
    ]);
    const undone = completeUndo(startUndo(turned, 'make', noon), 'make', later);
    expect(typesOf(undone)).toEqual(['task.undone']);
    const ended = end(undone, later);
    expect(ended.request).toMatchObject({ status: 'COMPENSATED', failure });
    expect(ended.instance.status).toBe('ABORTED');
  });
});

describe('cancelling', () => {
  test('before it has begun ends it at once', () => {
    const ended = requestCancellation(opened, null, later);
    expect([ended.request.status, ended.instance.status]).toEqual(['CANCELLED', 'CANCELLED']);
    expect(typesOf(ended)).toEqual(['instance.cancelled', 'request.cancelled']);
  });

  test('while it runs keeps its next step from being taken, and its success', () => {
    const asked = requestCancellation(running, 'The order was cancelled.', later);
    expect([mayGoOn(running), mayGoOn(asked)]).toEqual([true, false]);
    expect(asked.request).toMatchObject({ status: 'RUNNING', cancelRequestedAt: later });
    expect(succeed(asked, later).request.status).toBe('RUNNING');
    expect(end(asked, later).request.status).toBe('CANCELLED');
  });

  test.each(['SUCCEEDED', 'FAILED', 'COMPENSATED', 'CANCELLED', 'COMPENSATING'] as const)(
    'one that is %s changes nothing',
    (status) => {
      const found = { ...running, request: { ...running.request, status } };
      expect(requestCancellation(found, null, later)).toEqual({ ...found, events: [] });
    },
  );
});

describe('terminating', () => {
  const active = succeed(afterTasks('take', 'make', 'note'), noon);
  const termination = openTermination('prq_2', active, template, later);

  test('is a request with tasks of its own: what undoes the tasks that were done', () => {
    expect(termination.request).toMatchObject({
      action: 'TERMINATE',
      template: { key: 'machine', version: 3 },
      tasks: [{ key: 'unmake', name: 'Unmake', kind: 'HTTP', status: 'PENDING' }],
    });
  });

  test('is the only way back: a request that has succeeded undoes nothing', () => {
    expect(startUndo(active, 'make', later)).toEqual({ ...active, events: [] });
  });

  test('takes the instance down with it', () => {
    const begun = begin(termination, later);
    expect(begun.instance.status).toBe('PENDING_TERMINATE');
    const done = completeTask(startTask(begun, 'unmake', 1, later), 'unmake', null, later);
    const ended = succeed(done, later);
    expect(ended.request).toMatchObject({ status: 'SUCCEEDED', progress: 1 });
    expect(ended.instance).toMatchObject({ status: 'TERMINATED', terminatedAt: later });
    expect(typesOf(ended)).toEqual(['instance.terminated', 'request.succeeded']);
  });
});

test('a task that the request has not is a fault', () => {
  expect(() => startTask(running, 'fly', 1, noon)).toThrow('no task fly');
});

describe('whatever happens, in whatever order', () => {
  const steps: Readonly<Record<string, (found: Provisioning) => Change>> = {
    begin: (found) => begin(found, later),
    cancel: (found) => requestCancellation(found, null, later),
    compensate: (found) => compensate(found, ['make'], later),
    end: (found) => end(found, later),
    succeed: (found) => succeed(found, later),
    ...Object.fromEntries(
      ['take', 'make', 'note'].flatMap((key) => [
        [`start ${key}`, (found: Provisioning) => startTask(found, key, 1, later)],
        [`again ${key}`, (found: Provisioning) => startTask(found, key, 2, later)],
        [`complete ${key}`, (found: Provisioning) => completeTask(found, key, {}, later)],
        [
          `fail ${key}`,
          (found: Provisioning) => failTask(found, { ...refused, taskKey: key }, '', later),
        ],
        [`undo ${key}`, (found: Provisioning) => startUndo(found, key, later)],
        [`undone ${key}`, (found: Provisioning) => completeUndo(found, key, later)],
      ]),
    ),
  };
  const well = ['take', 'make', 'note'].flatMap((key) => [`start ${key}`, `complete ${key}`]);
  const history = fc
    .tuple(
      fc.integer({ min: 0, max: well.length + 1 }),
      fc.array(fc.constantFrom(...Object.keys(steps)), { maxLength: 30 }),
    )
    .map(([length, rest]) => [...['begin', ...well].slice(0, length), ...rest]);

  test('a change that is made again changes nothing more and tells nothing more', () => {
    fc.assert(
      fc.property(history, (names) => {
        walk(names, (change, step) => {
          expect(step(change)).toEqual({ ...change, events: [] });
        });
      }),
    );
  });

  test('progress is the share of tasks that are done, and what is told is true', () => {
    fc.assert(
      fc.property(history, (names) => {
        walk(names, ({ request, events }) => {
          expect(request.progress).toBe(progressOf(request.tasks));
          expect(request.progress).toBeGreaterThanOrEqual(0);
          expect(request.progress).toBeLessThanOrEqual(1);
          for (const { data } of events) {
            expect(data).toMatchObject({ status: request.status, progress: request.progress });
          }
        });
      }),
    );
  });

  test('a final request stays as it ended, and has an instance that has come to rest', () => {
    fc.assert(
      fc.property(history, (names) => {
        let ending: RequestStatus | null = null;
        walk(names, ({ request, instance }) => {
          if (ending !== null) expect(request.status).toBe(ending);
          if (!isFinal(request)) return;
          ending = request.status;
          expect(request.finishedAt).not.toBeNull();
          const { status, failure, cancelRequestedAt, progress } = request;
          if (status === 'SUCCEEDED') expect(progress).toBe(1);
          else expect(failure ?? cancelRequestedAt).not.toBeNull();
          expect(['ACTIVE', 'ABORTED', 'CANCELLED']).toContain(instance.status);
        });
      }),
    );
  });

  /** A step that is out of order is a fault, and changes nothing. */
  function walk(names: readonly string[], visit: (change: Change, step: Step) => void): void {
    let current: Provisioning = opened;
    for (const name of names) {
      const step = steps[name];
      if (step === undefined) continue;
      let change: Change;
      try {
        change = step(current);
      } catch (error) {
        expect(String(error)).toMatch(/can't become/);
        continue;
      }
      visit(change, step);
      current = change;
    }
  }
  type Step = (found: Provisioning) => Change;
});

describe('out of order', () => {
  const finalRequests: readonly RequestStatus[] = [
    'SUCCEEDED',
    'FAILED',
    'COMPENSATED',
    'CANCELLED',
  ];
  const finalInstances: readonly InstanceStatus[] = ['TERMINATED', 'ABORTED', 'CANCELLED'];
  const finalTasks: readonly TaskStatus[] = ['COMPENSATED', 'CANCELLED'];

  test.each(finalRequests)('a request that is %s does not run again', (status) => {
    const request = { ...opened.request, status };
    expect(advanceRequest(request, 'RUNNING', later)).toBeInstanceOf(Refusal);
    expect(advanceRequest(request, status, later)).toBe(request);
  });

  test.each(finalInstances)('an instance that is %s does not become active', (status) => {
    const instance = { ...opened.instance, status };
    expect(advanceInstance(instance, 'ACTIVE', later)).toBeInstanceOf(Refusal);
    expect(advanceInstance(instance, status, later)).toBe(instance);
  });

  test.each(finalTasks)('a task that is %s does not run again', (status) => {
    const task = { ...taskOf(opened, 'make'), status };
    expect(advanceTask(task, 'RUNNING', later)).toBeInstanceOf(Refusal);
    expect(advanceTask(task, status, later)).toBe(task);
  });
});

function afterTasks(...keys: readonly string[]): Change {
  return keys.reduce(
    (found, key) => completeTask(startTask(found, key, 1, noon), key, {}, noon),
    running,
  );
}

function taskOf({ request }: Provisioning, key: string) {
  const task = request.tasks.find((each) => each.key === key);
  if (task === undefined) throw new TypeError(key);
  return task;
}

function typesOf({ events }: Change): string[] {
  return events.map(({ type }) => type);
}

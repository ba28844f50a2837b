import { runSql, throwAwayDatabase } from '#database';
import { Refusal } from '#errors';
import { spawn, type ChildProcess } from 'node:child_process';
import { once as happened } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, inject, test } from 'vitest';
import { BadCursor, decodeCursor, encodeCursor } from './cursor.ts';
import { once } from './once.ts';
import { consumeFacts, openDomain, until, writeFact, type Domain } from './stage.ts';
import type { StreamEvent } from './streams.ts';

const server = inject('postgresUrl');

/** Two domains with a log between them, and tables for facts and their effects. */
async function stage() {
  const stack = new AsyncDisposableStack();
  const log = stack.use(await throwAwayDatabase(server, 'events'));
  const [orders, provisioning] = await Promise.all(
    ['orders', 'provisioning'].map(async (house) => {
      const place = stack.use(await throwAwayDatabase(server, house));
      await runSql(place.ownerUrl, [
        'create table fact (id text primary key)',
        'create table effect (seq bigserial primary key, id text)',
      ]);
      return place;
    }),
  );
  return Object.assign(stack, {
    orders: orders!.url,
    provisioning: provisioning!.url,
    log: log.url,
  });
}

test('writers, late commits and refusals: numbers have no gap, and readers that drop off miss nothing', async () => {
  await using place = await stage();
  const orders = place.use(openDomain('orders', place.orders, place.log));
  const streams = ['order:1', 'order:2', 'order:3', 'customer:1'];
  const written = new Map<string, string[]>(streams.map((stream) => [stream, []]));
  const seen = new Map<string, StreamEvent[]>(streams.map((stream) => [stream, []]));
  const stop = new AbortController();
  const reading = streams.map(async (stream) => {
    const mine = seen.get(stream)!;
    while (!stop.signal.aborted) {
      let left = 1 + (mine.length % 5); // drops off after a few, and comes back with its cursor
      const after = mine.at(-1)?.number ?? 0;
      for await (const event of orders.events.streams.follow(stream, after, stop.signal)) {
        mine.push(event);
        if (--left === 0) break;
      }
    }
  });
  await Promise.all(
    Array.from({ length: 20 }, async (_, writer) => {
      for (let n = 0; n < 15; n++) {
        const both = [streams[n % 3]!, 'customer:1'];
        const refusal = await orders.transact(async (tx, append) => {
          append({ type: 'fact', streams: both, actor: 'usr_1', data: { writer, n } });
          await tx.$queryRawUnsafe('select pg_sleep(random() * 0.02)::text');
          return (writer + n) % 6 === 0 ? new Refusal('NO', 'Not this one.') : null;
        });
        if (refusal === null) for (const each of both) written.get(each)!.push(`${writer}/${n}`);
      }
    }),
  );
  await until(() =>
    Promise.resolve(streams.every((each) => seen.get(each)!.length >= written.get(each)!.length)),
  );
  stop.abort();
  await Promise.all(reading);

  for (const stream of streams) {
    const mine = seen.get(stream)!;
    expect(mine.map(({ number }) => number)).toEqual(mine.map((_, index) => index + 1));
    const ids = mine.map(({ event: { data } }) => `${String(data['writer'])}/${String(data['n'])}`);
    expect(ids.toSorted()).toEqual(written.get(stream)!.toSorted());
  }
});

test('a commit that comes late is not skipped', async () => {
  await using place = await stage();
  const orders = place.use(openDomain('orders', place.orders, place.log));
  const slow = await orders.pool.connect();
  await slow.query('begin');
  await slow.query(
    `insert into events.outbox (streams, event) values ('{late:1}', '{"data": {}}')`,
  );
  await writeFact(orders, ['order:quick']);
  await until(async () => (await orders.events.bus.read('orders', 0, 9)).length === 1);
  await slow.query('commit');
  slow.release();
  orders.events.bell.ring(['outbox']);
  await until(async () => (await orders.events.bus.read('orders', 0, 9)).length === 2);
});

test('a subscriber in another process hears of it, and ends at its signal', async () => {
  await using place = await stage();
  const orders = place.use(openDomain('orders', place.orders, place.log));
  const elsewhere = place.use(openDomain('orders', place.orders, place.log));
  const stop = new AbortController();
  const events = elsewhere.events.streams.follow('order:far', 0, stop.signal);
  const first = events.next();
  await writeFact(orders, ['order:far']);
  expect((await first).value).toMatchObject({ number: 1 });
  const second = events.next();
  stop.abort();
  expect((await second).done).toBe(true);
});

test('many calls with one key run the work once, and all get its outcome', async () => {
  await using place = await stage();
  const orders = place.use(openDomain('orders', place.orders, place.log));
  let runs = 0;
  const call = (caller: string, input: unknown) => {
    const attempt = { callerId: caller, operation: 'checkout', key: 'k', input };
    return orders.transact((tx) => once(tx, attempt, () => Promise.resolve(`ord_${++runs}`)));
  };
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, n) => call('usr_1', n % 2 ? { a: 1, b: 2 } : { b: 2, a: 1 })),
  );
  expect(new Set(answers)).toEqual(new Set(['ord_1']));
  expect(await call('usr_1', { a: 2 })).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  expect(await call('usr_2', { a: 2 })).toBe('ord_2');
});

test('a refusal and a failure change nothing and free the key; one of those who waited goes on', async () => {
  await using place = await stage();
  const orders = place.use(openDomain('orders', place.orders, place.log));
  const attempt = { callerId: 'usr_1', operation: 'checkout', key: 'free', input: null };
  let runs = 0;
  const answers = await Promise.allSettled(
    Array.from({ length: 10 }, () =>
      orders.transact((tx) =>
        once(tx, attempt, async () => {
          const run = `run${++runs}`;
          await tx.$queryRawUnsafe('insert into fact values ($1)', run);
          if (runs === 1) return new Refusal('TOO_LATE', 'Too late.');
          if (runs === 2) throw new Error('fault');
          return run;
        }),
      ),
    ),
  );
  expect(runs).toBe(3);
  const values = answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : null));
  expect(values.filter((value) => value === 'run3')).toHaveLength(8);
  expect((await orders.pool.query('select id from fact')).rows).toEqual([{ id: 'run3' }]);
});

test.each([
  ['another stream', encodeCursor('order:2', 7)],
  ['no cursor', 'x'],
  ['a negative number', encodeCursor('order:1', -7)],
])('a cursor of %s is refused', (_what, cursor) => {
  expect(() => decodeCursor('order:1', cursor)).toThrow(BadCursor);
});

test('a cursor gives back its number', () => {
  expect(decodeCursor('order:1', encodeCursor('order:1', 7))).toBe(7);
});

test('writer, relay and consumer are killed again and again: nothing is lost or doubled', async () => {
  await using place = await stage();
  const crew = [
    ['orders', place.orders],
    ['orders', place.orders],
    ['provisioning', place.provisioning],
    ['provisioning', place.provisioning],
  ].map(([role, url]) => ({ args: [role!, url!, place.log], child: work(role!, url!, place.log) }));
  place.defer(async () => {
    await Promise.all(crew.map(({ child }) => killed(child)));
  });
  const orders = place.use(openDomain('orders', place.orders, place.log));
  const provisioning = place.use(openDomain('provisioning', place.provisioning, place.log));
  const count = async ({ pool }: Domain, table: string) =>
    Number((await pool.query<{ n: string }>(`select count(*) as n from ${table}`)).rows[0]?.n);

  for (let round = 0; round < 12; round++) {
    const effects = await count(provisioning, 'effect');
    await until(async () => (await count(provisioning, 'effect')) > effects); // it does work
    const member = crew[round % crew.length]!;
    await killed(member.child);
    const [role, url, events] = member.args;
    member.child = work(role!, url!, events!);
  }
  await Promise.all(crew.slice(0, 2).map(({ child }) => killed(child)));
  const facts = await count(orders, 'fact');
  await until(async () => (await count(provisioning, 'effect')) >= facts);

  const outbox = await orders.pool.query<{ position: number; id: string }>(
    `select position::int, event->'data'->>'id' as id from events.outbox order by outbox.position`,
  );
  const effects = await provisioning.pool.query<{ id: string }>(
    'select id from effect order by seq',
  );
  expect(outbox.rows.map(({ position }) => position)).toEqual(outbox.rows.map((_, n) => n + 1));
  expect(effects.rows.map(({ id }) => id)).toEqual(outbox.rows.map(({ id }) => id));
  expect(outbox.rows).toHaveLength(facts);
});

test('a log that lost its data is filled again from the outbox', async () => {
  await using place = await stage();
  const orders = place.use(openDomain('orders', place.orders, place.log));
  for (let n = 0; n < 5; n++) await writeFact(orders, ['order:1']);
  await until(async () => (await orders.events.bus.read('orders', 0, 9)).length === 5);
  await runSql(place.log, ['delete from log', 'delete from source']);
  await writeFact(orders, ['order:1']);
  const provisioning = place.use(openDomain('provisioning', place.provisioning, place.log));
  consumeFacts(provisioning, 'orders');
  await until(async () => (await provisioning.pool.query('select from effect')).rowCount === 6);
});

function work(role: string, url: string, events: string): ChildProcess {
  const file = fileURLToPath(new URL('stage-worker.ts', import.meta.url));
  return spawn(process.execPath, [file, role, url, events], { stdio: 'inherit' });
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await happened(child, 'exit');
}

import type { Principal } from '#auth';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { openScene } from './testing/scene.ts';
import { person, purchase } from './testing/stage.ts';

const scene = await openScene(inject('postgresUrl'));
const { house, stage } = scene;
const keeper = person('inventory:read', 'inventory:write');

beforeAll(async () => {
  await scene.publishProduct('bolt', 'nut', 'washer');
});
afterAll(async () => {
  await scene[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await stage.database.reservation.deleteMany();
  await stage.database.stockLevel.updateMany({
    data: { unlimited: false, onHand: 20, reserved: 0, allocated: 0 },
  });
});

describe('levels', () => {
  test('say what is on hand, what orders hold of it, and what is left', async () => {
    await reserve('bolt', 4);
    await set([{ sku: 'nut', onHand: null }]);
    expect(await listed('{ skus: ["bolt", "nut"] }')).toMatchObject([
      { sku: 'bolt', unlimited: false, onHand: 20, reserved: 4, allocated: 0, available: 16 },
      { sku: 'nut', unlimited: true, onHand: null, available: null, variant: { sku: 'nut' } },
    ]);
  });

  test('come by SKU, page by page', async () => {
    const query = `query ($after: String) {
      stockLevels(first: 2, after: $after) { nodes { sku } pageInfo { hasNextPage endCursor } }
    }`;
    const first = await house.ask(keeper, query);
    const { nodes, pageInfo } = first['stockLevels'] as LevelPage;
    expect(nodes.map(({ sku }) => sku)).toEqual(['bolt', 'nut']);
    const second = await house.ask(keeper, query, { after: pageInfo.endCursor });
    expect(second).toMatchObject({
      stockLevels: { nodes: [{ sku: 'washer' }], pageInfo: { hasNextPage: false } },
    });
  });

  test('that are low are found, sold out or nearly; what has no end is not', async () => {
    await set([
      { sku: 'bolt', onHand: 0 },
      { sku: 'nut', onHand: 3 },
      { sku: 'washer', onHand: null },
    ]);
    expect(await listed('{ availableAtMost: 3 }')).toMatchObject([{ sku: 'bolt' }, { sku: 'nut' }]);
    expect(await listed('{ availableAtMost: 2 }')).toMatchObject([{ sku: 'bolt' }]);
  });

  test('are for who may read them', async () => {
    const query = '{ stockLevels { nodes { sku } } }';
    await expect(house.ask(person(), query)).rejects.toThrow('FORBIDDEN');
  });
});

describe('counting', () => {
  test('sets what is on hand, for everybody to see', async () => {
    const outcome = await set([
      { sku: 'nut', onHand: 3 },
      { sku: 'bolt', onHand: 0, expectedOnHand: 20 },
    ]);
    expect(outcome).toMatchObject({
      stock: [
        { sku: 'nut', available: 3 },
        { sku: 'bolt', available: 0 },
      ],
      userErrors: [],
    });
    expect(await availability('nut')).toEqual({ status: 'LOW_STOCK', quantity: 3 });
    expect(await availability('bolt')).toEqual({ status: 'OUT_OF_STOCK', quantity: 0 });
  });

  test('a level that has moved meanwhile is left alone, and so are the others', async () => {
    const outcome = await set([
      { sku: 'nut', onHand: 3 },
      { sku: 'bolt', onHand: 3, expectedOnHand: 19 },
    ]);
    expect(outcome).toMatchObject(refused('STALE', 'input', '1', 'expectedOnHand'));
    expect(await listed('{ skus: ["nut", "bolt"] }')).toMatchObject([
      { onHand: 20 },
      { onHand: 20 },
    ]);
  });

  test('of ten who counted the same at once, one is heard', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, (_, n) => set([{ sku: 'nut', onHand: n, expectedOnHand: 20 }])),
    );
    expect(outcomes.filter(({ stock }) => stock !== null)).toHaveLength(1);
  });

  test('what orders hold can not be counted away', async () => {
    await reserve('bolt', 4);
    const outcome = await set([{ sku: 'bolt', onHand: 3 }]);
    expect(outcome).toMatchObject(refused('STOCK_HELD', 'input', '0', 'onHand'));
    expect(await set([{ sku: 'bolt', onHand: 4 }])).toMatchObject({ stock: [{ available: 0 }] });
  });

  test('a key counts once: twice the same gives the level as it is now, another input is refused', async () => {
    const idempotencyKey = randomUUID();
    await set([{ sku: 'nut', onHand: 3 }], { idempotencyKey });
    await adjust([{ sku: 'nut', delta: 4 }]);
    const again = await set([{ sku: 'nut', onHand: 3 }], { idempotencyKey });
    expect(again).toMatchObject({ stock: [{ sku: 'nut', onHand: 7 }], userErrors: [] });
    const other = await set([{ sku: 'nut', onHand: 2 }], { idempotencyKey });
    expect(other).toMatchObject(refused('IDEMPOTENCY_KEY_REUSED', 'idempotencyKey'));
  });

  test('what was refused may be tried again with its key', async () => {
    const idempotencyKey = randomUUID();
    const input = [{ sku: 'nut', onHand: 3, expectedOnHand: 19 }];
    expect((await set(input, { idempotencyKey })).stock).toBeNull();
    await set([{ sku: 'nut', onHand: 19 }]);
    expect(await set(input, { idempotencyKey })).toMatchObject({ stock: [{ onHand: 3 }] });
  });
});

describe('goods in and out', () => {
  test('add up, however many come at once', async () => {
    const deltas = [5, -3, 2, 7, -1, 4, -6, 1, 1, -2];
    await Promise.all(deltas.map((delta) => adjust([{ sku: 'nut', delta }])));
    expect(await listed('{ skus: ["nut"] }')).toMatchObject([{ onHand: 28 }]);
  });

  test('with one key count once, however often they are told', async () => {
    const idempotencyKey = randomUUID();
    const outcomes = await Promise.all(
      Array.from({ length: 5 }, () => adjust([{ sku: 'nut', delta: 5 }], { idempotencyKey })),
    );
    expect(outcomes.every(({ stock }) => stock?.[0]?.onHand === 25)).toBe(true);
  });

  test('are kept with who, when, why, before and after', async () => {
    await adjust([{ sku: 'nut', delta: -2 }], { reason: 'Fell behind the shelf' });
    const [kept] = await stage.database.stockCount.findMany({
      where: { sku: 'nut' },
      orderBy: { version: 'desc' },
    });
    const { reason, actor, before, after } = kept!;
    expect({ reason, actor, before, after }).toEqual({
      reason: 'Fell behind the shelf',
      actor: keeper.id,
      before: 20,
      after: 18,
    });
  });

  test('more than there is can not go out', async () => {
    await reserve('nut', 5);
    const outcome = await adjust([{ sku: 'nut', delta: -16 }]);
    expect(outcome).toMatchObject(refused('STOCK_HELD', 'input', '0', 'delta'));
  });
});

describe('what nobody can mean is refused, by its path', () => {
  const nut = { sku: 'nut', onHand: 1 };
  test.each([
    ['no rows', [], 'ROWS', ['input']],
    ['too many rows', Array.from({ length: 501 }, () => nut), 'ROWS', ['input']],
    ['a SKU twice', [nut, nut], 'SKU_TWICE', ['input', '1', 'sku']],
    [
      'a SKU of nothing',
      [nut, { ...nut, sku: 'unheard-of' }],
      'SKU_UNKNOWN',
      ['input', '1', 'sku'],
    ],
    [
      'a SKU that no database can hold',
      [{ ...nut, sku: '\0' }],
      'SKU_UNKNOWN',
      ['input', '0', 'sku'],
    ],
    ['less than nothing', [{ ...nut, onHand: -1 }], 'QUANTITY', ['input', '0', 'onHand']],
    ['far too many', [{ ...nut, onHand: 1_000_000_001 }], 'QUANTITY', ['input', '0', 'onHand']],
    ['no count at all', [{ sku: 'nut' }], 'QUANTITY', ['input', '0', 'onHand']],
  ])('%s', async (_what, input, code, field) => {
    expect(await set(input)).toMatchObject(refused(code, ...field));
  });

  test.each(['', '\0', 'x'.repeat(256)])('the key %j', async (idempotencyKey) => {
    const outcome = await set([nut], { idempotencyKey });
    expect(outcome).toMatchObject(refused('IDEMPOTENCY_KEY_INVALID', 'idempotencyKey'));
  });

  test.each([' ', '\0', 'x'.repeat(501)])('the reason %j', async (reason) => {
    const outcome = await adjust([{ sku: 'nut', delta: 1 }], { reason });
    expect(outcome).toMatchObject(refused('REASON', 'reason'));
  });

  test('goods in, where there is no end of them', async () => {
    await set([{ sku: 'nut', onHand: null }]);
    const outcome = await adjust([{ sku: 'nut', delta: 1 }]);
    expect(outcome).toMatchObject(refused('STOCK_UNLIMITED', 'input', '0', 'sku'));
  });

  test('a change by who may only read', async () => {
    const reader = person('inventory:read');
    await expect(set([nut], { caller: reader })).rejects.toThrow('FORBIDDEN');
  });
});

interface Level {
  readonly sku: string;
  readonly onHand: number | null;
}
interface LevelPage {
  readonly nodes: readonly Level[];
  readonly pageInfo: { readonly endCursor: string };
}
interface Payload {
  readonly stock: readonly Level[] | null;
  readonly userErrors: readonly unknown[];
}
interface Told {
  readonly idempotencyKey?: string;
  readonly reason?: string;
  readonly caller?: Principal;
}

function refused(code: string, ...field: readonly string[]) {
  return { stock: null, userErrors: [{ code, field }] };
}

async function set(input: readonly object[], told: Told = {}): Promise<Payload> {
  const { idempotencyKey = randomUUID(), caller = keeper } = told;
  const { outcome } = await house.ask(caller, setMutation, { input, idempotencyKey });
  return outcome as Payload;
}

async function adjust(input: readonly object[], told: Told = {}): Promise<Payload> {
  const { idempotencyKey = randomUUID(), reason = 'Delivery' } = told;
  const { outcome } = await house.ask(keeper, adjustMutation, { input, reason, idempotencyKey });
  return outcome as Payload;
}

async function listed(filter: string): Promise<readonly Level[]> {
  const data = await house.ask(keeper, `{ stockLevels(filter: ${filter}) { nodes { ${level} } } }`);
  return (data['stockLevels'] as LevelPage).nodes;
}

async function availability(sku: string): Promise<unknown> {
  const of = [{ __typename: 'ProductVariant', sku }];
  const query = `query ($of: [_Any!]!) {
    _entities(representations: $of) { ... on ProductVariant { availability { status quantity } } }
  }`;
  const { _entities: found } = await house.ask(person(), query, { of });
  return (found as { availability: unknown }[])[0]?.availability;
}

async function reserve(sku: string, quantity: number): Promise<void> {
  const line = purchase(person().id);
  await scene.reserve(line, { sku, quantity });
}

const level = `sku variant { sku } unlimited onHand allocated reserved available updatedAt`;
const setMutation = `mutation ($input: [StockInput!]!, $idempotencyKey: String!) {
  outcome: setStock(input: $input, idempotencyKey: $idempotencyKey) {
    stock { ${level} } userErrors { code message field }
  }
}`;
const adjustMutation = `mutation (
  $input: [StockAdjustmentInput!]!, $reason: String!, $idempotencyKey: String!
) {
  outcome: adjustStock(input: $input, reason: $reason, idempotencyKey: $idempotencyKey) {
    stock { ${level} } userErrors { code message field }
  }
}`;

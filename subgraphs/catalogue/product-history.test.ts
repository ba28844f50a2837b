import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { createCatalogueSubgraph, type CatalogueSubgraph } from './subgraph.ts';
import { asking } from './testing/asking.ts';
import { editing, price } from './testing/editing.ts';
import { emptyCatalogue } from './testing/empty-catalogue.ts';
import { keeper, licence, noon, openStage, visitor, type Stage } from './testing/stage.ts';

let stage: Stage;
let subgraph: CatalogueSubgraph;
const { ask } = asking(() => subgraph);
const { update, change, made } = editing(() => stage, ask);
beforeAll(async () => {
  stage = await openStage(inject('postgresUrl'));
  subgraph = createCatalogueSubgraph(stage.parts);
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await emptyCatalogue(stage.pool);
});

describe('the history of a product', () => {
  const changesOf = async (slug: string, first = 100, caller = keeper) => {
    const { product } = await ask(
      `query ($slug: String, $first: Int) {
        product(slug: $slug) {
          changes(first: $first) { nodes { id at actor version before after } pageInfo { hasNextPage } }
        }
      }`,
      { slug, first },
      caller,
    );
    return (product as { changes: { nodes: unknown[] } }).changes;
  };

  test('tells who changed what and when, newest first, and of variants only those that differ', async () => {
    const id = await made('editor');
    await update({ id, name: 'Nib', brand: 'Inkwell' });
    const { variant } = await ask(`{ variant(sku: "licence:editor") { id } }`);
    await change('saveVariants(productId: $id, variants: $variants)', {
      id,
      variants: [{ sku: 'other' }],
    });
    await change(
      'setPrices(variantId: $id, prices: $prices)',
      { id: (variant as { id: string }).id, prices: [price('50')] },
      'variant',
    );
    const { nodes } = await changesOf('editor');
    expect(nodes).toMatchObject([
      {
        version: 4,
        before: {
          variants: { 'licence:editor': { prices: [{ unitPrice: { amount: '49.00' } }] } },
        },
        after: { variants: { 'licence:editor': { prices: [{ unitPrice: { amount: '50' } }] } } },
      },
      {
        version: 3,
        before: { variants: {} },
        after: { variants: { other: { status: 'ACTIVE' } } },
      },
      {
        ...{ version: 2, actor: 'usr_keeper', at: noon.toISOString() },
        before: { name: 'Licence editor', brand: null },
        after: { name: 'Nib', brand: 'Inkwell' },
      },
      { version: 1, before: null, after: { slug: 'editor', name: 'Licence editor' } },
    ]);
    expect(nodes[2]).toHaveProperty('id', expect.stringMatching(/^chg_/));
    expect((nodes[0] as { after: { variants: object } }).after).toEqual({
      variants: { 'licence:editor': expect.anything() as unknown },
    });
  });

  test('has what imports change, with who started them, and nothing where they change nothing', async () => {
    await made('editor');
    await stage.save([licence('editor')]);
    await stage.save([licence('editor', { description: 'Anew.', status: 'RETIRED' })]);
    expect((await changesOf('editor')).nodes).toMatchObject([
      {
        ...{ version: 2, actor: 'usr_keeper' },
        before: { description: 'For one person, for ever.' },
        after: { description: 'Anew.' },
      },
      { version: 1, before: null },
    ]);
    const [newest] = (await changesOf('editor')).nodes as { after: object }[];
    expect(Object.keys(newest!.after)).toEqual(['description']);
  });

  test('comes in pages, of many products at once by one statement, and to nobody else', async () => {
    for (const slug of ['a', 'b', 'c']) {
      const id = await made(slug);
      for (const name of ['x', 'y', 'z']) await update({ id, name });
    }
    const seenVersions: number[] = [];
    for (let after: string | null = null, more = true; more;) {
      const { product } = await ask(
        `query ($after: String) { product(slug: "a") { changes(first: 3, after: $after) {
          nodes { version } pageInfo { hasNextPage endCursor }
        } } }`,
        { after },
        keeper,
      );
      const { nodes, pageInfo } = (product as { changes: ChangesPage }).changes;
      seenVersions.push(...nodes.map(({ version }) => version));
      [after, more] = [pageInfo.endCursor, pageInfo.hasNextPage];
    }
    expect(seenVersions).toEqual([4, 3, 2, 1]);
    stage.statements.length = 0;
    await ask(`{ products { nodes { changes(first: 2) { nodes { version } } } } }`, {}, keeper);
    expect(stage.statements).toEqual(['products:NAME:all', 'change-pages']);
    expect((await changesOf('a', 100, visitor)).nodes).toEqual([]);
  });

  test('is only ever added to', async () => {
    await made('editor');
    for (const attempt of [
      'delete from history.product_change',
      'update history.product_change set actor = $$nobody$$',
    ]) {
      await expect(stage.pool.query(attempt)).rejects.toThrow('permission denied');
    }
  });
});

interface ChangesPage {
  readonly nodes: { readonly version: number }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

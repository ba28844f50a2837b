import { report } from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { unverified } from '../authority/access-token.ts';
import { ask } from '../fixtures/ask.ts';
import { compose } from '../fixtures/compose.ts';
import { serveOpenSubgraph } from '../fixtures/open-subgraph.ts';
import { silent } from '../fixtures/silent.ts';
import { createGateway, type Gateway } from '../gateway.ts';
import { forwarding } from '../subgraph-access.ts';
import { buildInTurns, type Supergraph } from '../supergraph/supergraph.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

Object.assign(report, { excludeNetwork: true }); // it would look up names

/** The threads that this one has started. */
const threads = () =>
  (report.getReport() as { readonly workers: readonly unknown[] }).workers.length;

const types = { shop: 'type Query { greeting: String secret: String @authenticated }' };
const query = '{ greeting secret __schema { queryType { name } } }';

const timeout = 120_000; // each starts a planner

test(
  'twenty supergraphs later there is one planner, and nothing left of those before',
  { timeout },
  async () => {
    await using shop = await serveOpenSubgraph(types.shop, { Query: { greeting: () => 'Hello' } });
    const subgraphs = new Map([['shop', shop.url]]);
    const replaced: WeakRef<Supergraph>[] = [];
    const threadsBefore = threads();
    const read = async (sdl: string) => ({ supergraph: await buildInTurns(sdl), subgraphs });

    await using gateway: Gateway = await createGateway({
      ...(await read(compose(types))),
      access: forwarding,
      verifyAccessToken: unverified,
      host: '127.0.0.1',
      port: 0,
      clock: () => new Date(),
      logger: silent,
    });
    for (let version = 1; version <= 20; version += 1) {
      await gateway.replace(`${compose(types)}\n# ${version}`, async (sdl) => {
        const served = await read(sdl);
        replaced.push(new WeakRef(served.supergraph));
        return served;
      });
      const { data } = await ask(gateway.url, query);
      expect(data).toMatchObject({ greeting: 'Hello', __schema: { queryType: { name: 'Query' } } });
    }
    const left = () => {
      collectGarbage();
      return replaced.filter((reference) => reference.deref() !== undefined).length;
    };
    await expect.poll(left, { timeout: 20_000 }).toBe(1);
    await expect.poll(() => threads() - threadsBefore, { timeout: 20_000 }).toBe(1);
  },
);

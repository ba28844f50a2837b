import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch, type Quartermaster } from '../launcher/launcher.ts';
import { lossyProxy, type LossyProxy } from './lossy-proxy.ts';
import { buy, chargesOf, machinesOf, orderWhen } from './purchase.ts';
import { signIn, type Shopper } from './shopper.ts';

const opened = new AsyncDisposableStack();
const proxies = new Map<string, LossyProxy>();
let losing = new Set<string>();
let quartermaster: Quartermaster;
let customer: Shopper;

beforeAll(async () => {
  quartermaster = opened.use(
    await launch({
      quiet: true,
      reroute: async (target, url) => {
        // The first two that change something, while the story says so.
        const loses = ({ method }: IncomingMessage, nth: number) =>
          losing.has(target) && method !== 'GET' && nth <= 2;
        const proxy = opened.use(await lossyProxy(url, loses));
        proxies.set(target, proxy);
        return proxy.url;
      },
    }),
  );
  customer = await signIn(quartermaster.url, 'customer@example.com');
});
afterAll(() => opened.disposeAsync());

test.each(['payments-sandbox', 'downstream-simulator', 'provisioning'])(
  'answers of %s are lost: it is asked again, and nothing is done twice',
  async (target) => {
    losing = new Set([target]);
    const id = await buy(customer);
    const order = await orderWhen(customer, id, ({ status }) => status === 'COMPLETED');
    losing = new Set();

    expect(proxies.get(target)?.lost()).toBe(2);
    const { intents, captured } = await chargesOf(quartermaster, id);
    expect(intents).toHaveLength(1);
    expect(captured).toHaveLength(1);
    const [instance] = order.lines[0]?.productInstances?.nodes ?? [];
    const machines = await machinesOf(quartermaster);
    expect(machines.filter((machine) => machine.id === instance?.id)).toMatchObject([
      { state: 'running' },
    ]);
    expect(order.lines[0]?.productInstances?.nodes).toHaveLength(1);
  },
);

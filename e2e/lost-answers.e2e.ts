import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch, type Quartermaster } from '../launcher/launcher.ts';
import { lossyProxy, type Asked, type LossyProxy } from './lossy-proxy.ts';
import { buy, chargesOf, machinesOf, orderWhen } from './purchase.ts';
import { signIn, type Shopper } from './shopper.ts';

const opened = new AsyncDisposableStack();
const proxies = new Map<string, LossyProxy>();
let losing: string | null = null;
let quartermaster: Quartermaster;
let customer: Shopper;

beforeAll(async () => {
  quartermaster = opened.use(
    await launch({
      quiet: true,
      reroute: async (target, url) => {
        const loses = (asked: Asked) => losing === target && asked.nth <= 2 && changes(asked);
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
    losing = target;
    const id = await buy(customer);
    const order = await orderWhen(customer, id, ({ status }) => status === 'COMPLETED');
    losing = null;

    expect(proxies.get(target)?.lost()).toBeGreaterThan(0);
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

/** A request that changes something: of a graph, only mutations do. */
function changes({ method, body }: Asked): boolean {
  return (
    method !== 'GET' && (!body.startsWith('{"query"') || body.startsWith('{"query":"mutation'))
  );
}

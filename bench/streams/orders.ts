import { buy } from '../../e2e/purchase.ts';
import { accessTokenOf, shopperAt } from '../../e2e/shopper.ts';
import { launch } from '../../launcher/launcher.ts';
import { gatewayCpu, loadCpu, pin } from '../gateway/machine.ts';
import { printMarkdown } from '../gateway/print.ts';
import { median, mediansOf } from '../gateway/statistics.ts';
import type { Figures } from '../gateway/trial.ts';
import { cpuMs } from '../gateway/usage.ts';
import type { Options } from './options.ts';
import { quantile } from './statistics.ts';
import { Watchers } from './watchers.ts';

const sockets = 1_000;

const columns = [
  ['events', 'events'],
  ['first socket p50 ms', 'firstMs'],
  ['p50 ms', 'p50Ms'],
  ['p99 ms', 'p99Ms'],
  ['CPU µs/delivery', 'cpuUs'],
] as const;

/** What is watched of an order, by whose it is. */
const selections = {
  'orders alone': 'order { status }',
  'with what provisioning and the catalogue know': `order {
    status
    lines { variant { name } provisioningRequests { status progress } }
  }`,
};

/** From the commit of an order's events to the sockets of its owner, in a whole Quartermaster. */
export async function watchOrders({ rounds }: Options, signal: AbortSignal): Promise<void> {
  console.log(`\n## A Quartermaster: one person's ${sockets} sockets watch an order`);
  pin(process.pid, gatewayCpu, loadCpu); // none of many processes has a CPU for itself
  await using quartermaster = await launch({
    quiet: true,
    signal,
    env: {
      gateway: {
        NODE_ENV: 'production',
        GATEWAY_STREAMS_PER_PERSON: String(sockets),
        GATEWAY_CONNECTIONS_PER_ADDRESS: String(sockets + 10),
      },
      // Everybody watches before the machine is ready.
      'downstream-simulator': { DOWNSTREAM_SIMULATOR_WORK_MS: '5000' },
    },
  });
  const { url } = quartermaster;
  const { pid = 0 } = quartermaster.processes.get('gateway') ?? {};
  const token = await accessTokenOf(url, 'customer@example.com');
  const lines: string[][] = [];
  for (const [title, selection] of Object.entries(selections)) {
    await watchOrder({ url, pid, token, selection, signal }); // a first one, to warm up
    const taken: Figures[] = [];
    for (let round = 0; round < rounds; round += 1) {
      taken.push(await watchOrder({ url, pid, token, selection, signal }));
    }
    const figures = mediansOf(taken);
    lines.push([title, ...columns.map(([, figure]) => (figures[figure] ?? 0).toFixed(0))]);
  }
  printMarkdown(
    'from the time in the event to its receipt',
    ['', ...columns.map(([head]) => head)],
    lines,
  );
}

/** Events tell the time of day. */
const nowMs = () => performance.timeOrigin + performance.now();

interface Watch {
  readonly url: string;
  readonly pid: number;
  readonly token: string;
  readonly selection: string;
  readonly signal: AbortSignal;
}

async function watchOrder({ url, pid, token, selection, signal }: Watch): Promise<Figures> {
  const completed = Promise.withResolvers<undefined>();
  const firstAt = new Map<number, number>();
  let missing = sockets;
  let everybodyWatchesAt = Number.POSITIVE_INFINITY;
  using watchers = new Watchers({
    url: `${url}/graphql`,
    initOf: () => ({ Authorization: `Bearer ${token}` }),
    happenedAt: (message) => {
      if (message.includes('"order.completed"') && --missing === 0) completed.resolve(undefined);
      const time = /"at":"([^"]+)"/.exec(message.toString('latin1'))?.[1];
      if (time === undefined) return undefined; // the state, before anything happened
      const at = Date.parse(time);
      if (at < everybodyWatchesAt) return undefined; // some may be told of it late
      if (!firstAt.has(at)) firstAt.set(at, nowMs());
      return at;
    },
    nowMs,
    signal,
  });
  await watchers.connect(sockets);
  const id = await buy(shopperAt(url, token));
  const query = `subscription ($id: ID!) {
    orderUpdated(id: $id) { cursor event { sequence type at } ${selection} }
  }`;
  await watchers.subscribe({ query, variables: { id } });
  everybodyWatchesAt = nowMs();
  const used = cpuMs(pid);
  await completed.promise;
  const latenciesMs = await watchers.latenciesMs(0);
  return {
    events: latenciesMs.length / sockets,
    firstMs: median([...firstAt].map(([at, received]) => received - at)),
    p50Ms: quantile(latenciesMs, 0.5),
    p99Ms: quantile(latenciesMs, 0.99),
    cpuUs: ((cpuMs(pid) - used) * 1_000) / latenciesMs.length,
  };
}

import { printMarkdown } from '../gateway/print.ts';
import { mediansOf } from '../gateway/statistics.ts';
import { enginesOf, type Engine } from './engines.ts';
import { takeTurns } from './measure.ts';
import { facets, filter, list, product, search } from './questions.ts';
import { makeSynthetic, type Setting, type SyntheticShop } from './setting.ts';

const figures = [
  ['p50 ms', 'p50Ms'],
  ['p99 ms', 'p99Ms'],
  ['CPU ms', 'cpuMs'],
] as const;

/** The same questions to a small and to a large catalogue, by each engine. */
export async function measureGrowth(setting: Setting, small: SyntheticShop): Promise<void> {
  const { large } = setting.options;
  console.log('\n## From a small catalogue to a large one, both synthetic');
  const shops = [small, ...(large === null ? [] : [await makeSynthetic(setting, 'large', large)])];
  for (const engine of enginesOf(process.env)) await measureEngine(engine, shops, setting);
}

async function measureEngine(
  engine: Engine,
  shops: readonly SyntheticShop[],
  { postgres, options, signal }: Setting,
): Promise<void> {
  await using started = new AsyncDisposableStack();
  const servers = [];
  for (const shop of shops) {
    const start = performance.now();
    const title = `${shop.catalogue.products} products`;
    const server = started.use(await engine.start(title, shop, signal));
    servers.push({ shop, server });
    const seconds = (performance.now() - start) / 1_000;
    console.log(`\n${engine.title}, ${title}: ready in ${seconds.toFixed(1)} s`);
  }
  const lines: string[][] = [];
  for (const question of [list, product, search, filter, facets]) {
    const asks = new Map(
      servers.map(({ shop, server }) => [server, question.ours(shop.catalogue)]),
    );
    const taken = await takeTurns([...asks.keys()], postgres, asks, options);
    const medians = [...taken.values()].map(mediansOf);
    const growth = figures.map(
      ([, name]) => (medians.at(-1)?.[name] ?? Number.NaN) / (medians[0]?.[name] ?? Number.NaN),
    );
    lines.push([
      question.title,
      ...medians.flatMap((each) =>
        figures.map(([, name]) => (each[name] ?? Number.NaN).toFixed(2)),
      ),
      ...(shops.length > 1 ? growth.map((times) => times.toFixed(1)) : []),
    ]);
  }
  const heads = shops.flatMap(({ catalogue: { products } }) =>
    figures.map(([head]) => `${products}: ${head}`),
  );
  const ratios = shops.length > 1 ? ['p50 ×', 'p99 ×', 'CPU ×'] : [];
  printMarkdown(`${engine.title}: at most 2 × is wanted`, ['', ...heads, ...ratios], lines);
}

import { printMarkdown } from '../gateway/print.ts';
import { mediansOf } from '../gateway/statistics.ts';
import { takeTurns } from './measure.ts';
import { facets, filter, list, product, search } from './questions.ts';
import { makeSynthetic, type Setting, type SyntheticShop } from './setting.ts';
import { onPostgres, startShop } from './shop.ts';

/** The same questions to a small and to a large catalogue. */
export async function measureGrowth(setting: Setting, small: SyntheticShop): Promise<void> {
  const { postgres, options, signal } = setting;
  console.log('\n## From a small catalogue to a large one, both synthetic, on PostgreSQL');
  const large =
    options.large === null ? null : await makeSynthetic(setting, 'large', options.large);
  const shops = [small, ...(large === null ? [] : [large])];
  await using started = new AsyncDisposableStack();
  const servers = [];
  for (const shop of shops) {
    const start = performance.now();
    const title = `${shop.catalogue.products} products`;
    const server = started.use(await startShop(title, shop, onPostgres, signal));
    servers.push({ shop, server });
    console.log(`\n${title}: ready in ${((performance.now() - start) / 1_000).toFixed(1)} s`);
  }
  const lines: string[][] = [];
  for (const question of [list, product, search, filter, facets]) {
    const asks = new Map(
      servers.map(({ shop, server }) => [server, question.ours(shop.catalogue)]),
    );
    const taken = await takeTurns([...asks.keys()], postgres, asks, options);
    const medians = [...taken.values()].map(mediansOf);
    const growth = (name: string) =>
      ((medians.at(-1)?.[name] ?? Number.NaN) / (medians[0]?.[name] ?? Number.NaN)).toFixed(1);
    lines.push([
      question.title,
      ...medians.flatMap((figures) =>
        ['p50Ms', 'p99Ms', 'cpuMs'].map((name) => (figures[name] ?? Number.NaN).toFixed(2)),
      ),
      ...(large === null ? [] : [growth('p50Ms'), growth('p99Ms'), growth('cpuMs')]),
    ]);
  }
  const heads = shops.flatMap(({ catalogue: { products } }) =>
    ['p50 ms', 'p99 ms', 'CPU ms'].map((head) => `${products}: ${head}`),
  );
  const ratios = large === null ? [] : ['p50 ×', 'p99 ×', 'CPU ×'];
  printMarkdown('at most 2 × is wanted', ['', ...heads, ...ratios], lines);
}

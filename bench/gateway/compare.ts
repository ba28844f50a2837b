import type { Front } from './front.ts';
import type { Options } from './options.ts';
import { printTable, type Row } from './print.ts';
import { ask, startGateway, type Running, type Skipped } from './running.ts';
import { mediansOf } from './statistics.ts';
import type { Contender, Table } from './tables.ts';
import type { Tokens } from './tokens.ts';
import type { Figures, Trial } from './trial.ts';

export interface Setting {
  readonly front: Front;
  readonly tokens: Tokens;
  /** Files. */
  readonly supergraphs: Readonly<Record<Table['supergraph'], string>>;
  /** Where gateways may write. */
  readonly folder: string;
  /** Why a gateway can't run here, by its name. */
  readonly hindrances: ReadonlyMap<string, string>;
  readonly options: Options;
  readonly signal: AbortSignal;
}

const warmUpSeconds = 3;

/** Fills one table, and prints it. Tells whether all gateways answered alike. */
export async function compare(table: Table, setting: Setting): Promise<boolean> {
  console.log(`\n## ${table.title}`);
  await using started = new AsyncDisposableStack();
  const asked = table.contenders.filter(({ gateway }) =>
    setting.options.gateways.has(gateway.name),
  );
  const outcomes = await Promise.all(
    asked.map(async (contender) => {
      const outcome = await start(contender, table, setting);
      return 'why' in outcome ? outcome : started.use(outcome);
    }),
  );
  const running = outcomes.flatMap((each) => ('why' in each ? [] : [each]));
  const skipped = outcomes.flatMap((each) => ('why' in each ? [each] : []));

  let allEqual = true;
  for (const trial of table.trials(setting.front, setting.tokens)) {
    const odd = await findOdd(trial, table, running, setting);
    allEqual &&= odd.length === 0;
    const fit = running.filter(({ title }) => !odd.some((each) => each.title === title));
    const rows = await measure(trial, fit, setting);
    printTable(trial.title, trial.columns, rows, [...skipped, ...odd]);
  }
  return allEqual;
}

async function start(
  { gateway, title, joins, checks = false }: Contender,
  { forwards, supergraph }: Table,
  { front: { subgraphs }, tokens, supergraphs, folder, hindrances, signal }: Setting,
): Promise<Running | Skipped> {
  const why = hindrances.get(gateway.name);
  if (why !== undefined) return { title, why };
  const options = {
    supergraph: supergraphs[supergraph],
    subgraphs,
    joins,
    forwards,
    ...(checks && { tokens }),
    folder,
  };
  return await startGateway(gateway, title, options, signal);
}

/** Those that do not answer as the first, or do not forward what they should. */
async function findOdd(
  { queries, authorization }: Trial,
  { forwards }: Table,
  running: readonly Running[],
  { front, signal }: Setting,
): Promise<readonly Skipped[]> {
  const odd = new Map<string, string>();
  const sent = authorization ?? (forwards ? 'Bearer 0' : undefined);
  const headers = sent === undefined ? {} : { authorization: sent };
  for (const query of queries) {
    let expected: string | undefined;
    for (const gateway of running) {
      const before = await front.counts();
      const { status, body } = await ask(gateway, query, headers, signal);
      const { requests, authorized } = await front.counts();
      expected ??= body;
      if (status !== 200 || body !== expected || !body.startsWith('{"data":{')) {
        odd.set(gateway.title, `it answers otherwise: ${status} ${body.slice(0, 200)}`);
      } else if (forwards && authorized - before.authorized !== requests - before.requests) {
        odd.set(gateway.title, "it does not forward the client's authorization");
      }
    }
  }
  return [...odd].map(([title, why]) => ({ title, why }));
}

async function measure(
  trial: Trial,
  running: readonly Running[],
  { options: { rounds, seconds }, signal }: Setting,
): Promise<readonly Row[]> {
  for (const gateway of running) await trial.measure(gateway, warmUpSeconds, signal);
  const taken = new Map<Running, Figures[]>(running.map((gateway) => [gateway, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [gateway, figures] of taken) {
      figures.push(await trial.measure(gateway, seconds, signal));
    }
  }
  return [...taken].map(([{ title }, figures]) => ({ title, figures: mediansOf(figures) }));
}

import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CannotStart, messageOf } from './cannot-start.ts';
import type { Crew } from './crew.ts';
import { withEnvironment } from './environment.ts';
import { untilApplied } from './events-lag.ts';
import type { LaunchOptions } from './launch-options.ts';
import { runPostgres } from './postgres.ts';
import { catalogueData, programsOf, type Plan, type Programs } from './programs.ts';
import type { Reporter } from './reporter.ts';
import { sow, versionOfFiles, type Seed } from './seed.ts';

export interface Start {
  readonly plan: Plan;
  readonly crew: Crew;
  readonly reporter: Reporter;
  /** Aborted at the first failure, so that nothing goes on starting. */
  readonly giveUp: AbortController;
  /** Aborted by `giveUp`, or by whoever launches. */
  readonly signal: AbortSignal;
  readonly changes: LaunchOptions['env'];
}

/** Starts all processes, at once where none needs another, and fills the databases that are new. */
export async function startAll(start: Start): Promise<void> {
  const { plan, crew, reporter, signal, changes = {} } = start;
  const { during } = reporter;
  const compileCache = join(plan.dataFolder, 'compile-cache');
  const programs = withEnvironment(programsOf(plan), process.env, compileCache, changes);

  async function startServices(): Promise<void> {
    await during('starting PostgreSQL', startPostgres(start));
    await during('preparing the databases', crew.run(programs.setUp));
    await together(start, [
      during(
        'starting the subgraphs',
        together(
          start,
          programs.subgraphs.map((program) => crew.start('subgraph', program)),
        ),
      ),
      during('starting the gateway', crew.start('gateway', programs.gateway)),
      fillDatabases(start, programs),
    ]);
    await during('waiting for the gateway', untilGatewayReady(crew, signal));
  }

  await together(start, [
    ...programs.standIns.map((program) => crew.start('stand-in', program)),
    startServices(),
  ]);
}

/** Waits until the gateway says that it finds all that it needs. */
export async function untilGatewayReady(crew: Crew, signal: AbortSignal): Promise<void> {
  const url = `${crew.member('gateway').url}/health/ready`;
  const deadline = performance.now() + readyTimeoutMs;
  let answer = '';
  while (performance.now() < deadline) {
    signal.throwIfAborted();
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(answerTimeoutMs) });
      answer = `${response.status} ${await response.text()}`;
      if (response.ok) return;
    } catch (error) {
      answer = messageOf(error);
    }
    await delay(pollMs);
  }
  throw new CannotStart(`The gateway is not ready: ${answer} (asked at ${url})`);
}

const readyTimeoutMs = 60_000;
const answerTimeoutMs = 5_000;
const pollMs = 50;

async function startPostgres({ plan: { postgres }, crew }: Start): Promise<void> {
  if (postgres === null) return;
  const log = crew.log('postgres');
  await crew.startPostgres(() => runPostgres(postgres, log));
}

async function fillDatabases(start: Start, programs: Programs): Promise<void> {
  const { plan, crew, reporter, signal } = start;
  const { catalogue = '', identity = '' } = plan.databaseUrls;
  const seeds: Seed[] = [
    {
      activity: 'loading the catalogue',
      program: programs.catalogueImport,
      databaseUrl: catalogue,
      version: await versionOfFiles(catalogueData),
    },
  ];
  if (plan.isDemo) {
    seeds.push({
      activity: 'making the demo accounts',
      program: programs.demoAccounts,
      databaseUrl: identity,
      version: '1',
    });
  }
  const isNew = await sow(plan.dataFolder, seeds, ({ activity, program }) =>
    reporter.during(activity, crew.run(program)),
  );
  if (!isNew) return;
  await reporter.during('counting the stock', untilStocked(plan, signal));
}

/** Provisioning hears of the products, and the catalogue of what there is of them. */
async function untilStocked({ databaseUrls }: Plan, signal: AbortSignal): Promise<void> {
  for (const [source, consumer] of [
    ['catalogue', 'provisioning'],
    ['provisioning', 'catalogue'],
  ] as const) {
    await untilApplied(databaseUrls, { source, consumer }, signal);
  }
}

/** All succeed, or the first failure stops the others and is the answer. */
async function together({ giveUp, signal }: Start, works: readonly Promise<unknown>[]) {
  for (const work of works) {
    work.catch((error: unknown) => {
      giveUp.abort(error);
    });
  }
  await Promise.allSettled(works);
  signal.throwIfAborted();
}

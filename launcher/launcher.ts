import { Crew } from './crew.ts';
import { openDataFolder, resetDataFolder, temporaryFolder } from './data-folder.ts';
import type { LaunchOptions } from './launch-options.ts';
import { join } from 'node:path';
import { lock } from './lock.ts';
import { makePlan } from './plan.ts';
import { demandPort } from './ports.ts';
import { createReporter, silent } from './reporter.ts';
import { endLeftovers } from './roster.ts';
import { startAll, untilGatewayReady } from './start-all.ts';

export type { LaunchOptions };

/** A running process, as it is at the moment. */
export interface LaunchedProcess {
  readonly pid: number;
  readonly url: string;
  readonly restarts: number;
}

/** Every process of Quartermaster, until disposed. */
export interface Quartermaster extends AsyncDisposable {
  /** The gateway's. */
  readonly url: string;
  /** By name; `postgres` among them, unless it runs elsewhere. */
  readonly processes: ReadonlyMap<string, LaunchedProcess>;
  /** Sends a process a signal; resolves when it has ended of it. It will be started again. */
  kill(name: string, signal: NodeJS.Signals): Promise<void>;
  /** Resolves when every process serves and the gateway finds all that it needs. */
  whenReady(): Promise<void>;
  /** As the services' runtime roles, by database: for checks. */
  readonly databaseUrls: Readonly<Record<string, string>>;
  readonly paymentsSandbox: { readonly url: string; readonly secretKey: string };
  readonly downstreamSimulator: { readonly url: string; readonly token: string };
  /** Whether there are demo accounts. */
  readonly isDemo: boolean;
  readonly logsFolder: string;
}

/** Starts everything in processes of their own, and keeps them running until disposed. */
export async function launch(options: LaunchOptions = {}): Promise<Quartermaster> {
  await using opened = new AsyncDisposableStack(); // closed here only if something below fails
  const reporter = options.quiet === true ? silent : createReporter(process.stdout);
  const dataFolder = await openDataFolder(options.dataFolder ?? opened.use(temporaryFolder()).path);
  opened.use(await lock(dataFolder));
  if (options.reset === true) {
    for (const path of await resetDataFolder(dataFolder)) reporter.line(`deleted ${path}`);
  }
  await endLeftovers(dataFolder);
  const plan = await makePlan(options, dataFolder);
  await demandPort(plan.host, plan.port);

  const giveUp = new AbortController();
  const signal = AbortSignal.any([giveUp.signal, ...(options.signal ? [options.signal] : [])]);
  const facts = {
    url: plan.publicUrl,
    databaseServer: `postgresql://${new URL(plan.adminUrl).host}`,
  };
  const crew = opened.use(new Crew({ dataFolder, facts, reporter, signal }));
  await startAll({ plan, crew, reporter, giveUp, signal, changes: options.env });

  const { databaseUrls, payments, machines } = plan;
  return Object.assign(opened.move(), {
    url: crew.member('gateway').url,
    processes: crew.members,
    kill: (name: string, signalName: NodeJS.Signals) => crew.member(name).kill(signalName),
    whenReady: async () => {
      await Promise.all([...crew.members.values()].map((member) => member.whenReady()));
      await untilGatewayReady(crew, signal);
    },
    databaseUrls,
    paymentsSandbox: { url: payments.url ?? stripeUrl, secretKey: payments.secret },
    downstreamSimulator: { url: machines.url ?? '', token: machines.secret },
    isDemo: plan.isDemo,
    logsFolder: join(dataFolder, 'logs'),
  });
}

const stripeUrl = 'https://api.stripe.com';

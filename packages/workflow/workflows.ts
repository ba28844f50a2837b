import type { Sql } from '#events';
import type { Logger } from '#service';
import { DBOS } from '@dbos-inc/dbos-sdk';
import { dbRetryConfig } from '@dbos-inc/dbos-sdk/internal/utils';
import pg from 'pg';
import { Carrier } from './carrier.ts';
import type { Workflow } from './run.ts';

export interface WorkflowsOptions {
  /** The house: the application's name in DBOS, and the queue's. */
  readonly name: string;
  /** The domain's own database, as its runtime role; DBOS's tables are in its schema `dbos`. */
  readonly databaseUrl: string;
  /** The same for the same place at every start, and no other process's: it takes up what it left. */
  readonly executorId: string;
  readonly workflows: readonly Workflow[];
  /** Runs at once in this process. */
  readonly concurrency: number;
  readonly logger: Logger;
}

const poolSize = 8;
const connectTimeoutMs = 10_000;
/** After so much silence the other side is asked whether it lives: a host that went off says nothing. */
const keepAliveMs = 10_000;
const pollingMs = 100;
const drainMs = 1_500;
/** When the engine's connection broke, in seconds: its own wait grows to a minute, long after PostgreSQL is back. */
const reconnecting = { initialBackoffSec: 0.2, maxBackoffSec: 2 };
/** A run that survived so many crashes is not what crashes us. */
const recoveriesMax = 10_000;

/** Takes up the house's durable work, until disposed. Once a process. */
export async function startWorkflows(options: WorkflowsOptions): Promise<AsyncDisposable> {
  const { name, databaseUrl, executorId, workflows, concurrency, logger } = options;
  const stop = new AbortController();
  const systemDatabasePool = new pg.Pool({
    connectionString: databaseUrl,
    max: poolSize,
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveMs,
  });
  systemDatabasePool.on('error', (error) => {
    logger.warn('a connection of the workflow engine broke', { error });
  });
  DBOS.setConfig({
    name,
    systemDatabaseUrl: databaseUrl,
    systemDatabasePool,
    executorID: executorId,
    enablePatching: true, // versions are patches in code: else a new deployment leaves old runs behind
    runMigrations: false, // the runtime role has no DDL
    logger: dbosLogger(logger),
  });
  Object.assign(dbRetryConfig, reconnecting);
  const carrier = new Carrier({ queueName: name, executorId, logger, signal: stop.signal });
  for (const workflow of workflows) {
    DBOS.registerWorkflow(
      (subject: string) => carrier.carry(workflow, DBOS.workflowID ?? subject, subject),
      { name: workflow.name, maxRecoveryAttempts: recoveriesMax },
    );
  }
  await DBOS.launch();
  await DBOS.registerQueue(name, {
    workerConcurrency: concurrency,
    minPollingIntervalMs: pollingMs,
  });
  const watching = carrier.watch();
  return {
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await DBOS.shutdown({ workflowCompletionTimeoutMS: drainMs });
      await systemDatabasePool.end();
      await watching;
    },
  };
}

/** Makes or updates the engine's tables, as the database's owner, for its runtime role. */
export async function migrateWorkflowTables(ownerUrl: string): Promise<void> {
  const applicationRole = new URL(ownerUrl).username.replace(/_owner$/, '');
  await quietly(() => DBOS.migrate(ownerUrl, { applicationRole }));
}

export interface WorkflowStart {
  /** The house whose queue takes it. */
  readonly house: string;
  readonly workflow: string;
  /** The workflow's id, and its only argument: the id of what it is about. */
  readonly subject: string;
}

/** Starts a workflow in the transaction that writes what it is about: both, or neither. Twice is once. */
export async function startWorkflow(
  tx: Sql,
  { house, workflow, subject }: WorkflowStart,
): Promise<void> {
  await tx.$queryRawUnsafe(
    `select dbos.enqueue_workflow($1, $2, array[to_json($3::text)], workflow_id => $3::text,
                                  application_name => $2)`,
    workflow,
    house,
    subject,
  );
}

/** Wakes a workflow in the transaction that writes why. The message's id makes twice once. */
export async function sendMessage(
  tx: Sql,
  { to, topic, id }: { readonly to: string; readonly topic: string; readonly id: string },
): Promise<void> {
  await tx.$queryRawUnsafe(
    `select dbos.send_message($1, to_json($2::text), $2, $3)::text`,
    to,
    topic,
    id,
  );
}

let lastQuiet: Promise<void> = Promise.resolve();

/**
 * The engine's migration writes each statement to the console, and takes no logger. One at a time: a
 * second would keep the first one's silence for the console itself.
 */
async function quietly(work: () => Promise<void>): Promise<void> {
  const turn = lastQuiet.then(async () => {
    const { log, info } = console;
    console.log = console.info = () => undefined;
    try {
      await work();
    } finally {
      Object.assign(console, { log, info });
    }
  });
  lastQuiet = turn.catch(() => undefined);
  await turn;
}

function dbosLogger(logger: Logger) {
  const facts = (entry: unknown) => (entry instanceof Error ? { error: entry } : {});
  const message = (entry: unknown) => (entry instanceof Error ? 'workflow engine' : String(entry));
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: (entry: unknown) => {
      logger.warn(message(entry), facts(entry));
    },
    error: (entry: unknown) => {
      logger.error(message(entry), facts(entry));
    },
  };
}

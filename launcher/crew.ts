import { join } from 'node:path';
import { forkProgram, runProgram, type Program } from './forked.ts';
import { signal } from './incarnation.ts';
import { followErrors, Log } from './logs.ts';
import type { Reporter } from './reporter.ts';
import { keepRoster, type Roster } from './roster.ts';
import { Supervised, type Run, type Supervision } from './supervised.ts';

export interface CrewOptions {
  readonly dataFolder: string;
  readonly facts: Pick<Roster, 'url' | 'databaseServer'>;
  readonly reporter: Reporter;
  /** Aborted when the launch is given up. */
  readonly signal: AbortSignal;
}

/** In which they stop: who asks others before whom it asks. */
const stages = ['gateway', 'subgraph', 'stand-in', 'postgres'] as const;

export type Stage = (typeof stages)[number];

/** All processes that the launcher has started: logged, watched, written down, and stopped in order. */
export class Crew implements AsyncDisposable {
  readonly members = new Map<string, Supervised>();
  readonly #options: CrewOptions;
  readonly #stages = new Map<string, Stage>();
  readonly #passing = new Map<string, number>();
  readonly #logs = new Map<string, Log>();
  readonly #closing = new AbortController();
  readonly #roster: ReturnType<typeof keepRoster>;
  readonly #following: Promise<void>;

  constructor(options: CrewOptions) {
    this.#options = options;
    const { dataFolder, facts, reporter } = options;
    this.#roster = keepRoster(dataFolder, facts, () => this.#list());
    this.#following = followErrors(
      this.#logs,
      (name, error) => {
        reporter.line(`${name}: ${error}`);
      },
      this.#closing.signal,
    );
    process.once('exit', this.#abandon);
  }

  /** Starts a program that serves, and keeps it running. */
  async start(stage: Stage, program: Program): Promise<Supervised> {
    const { name } = program;
    const log = this.log(name);
    const start = () => Promise.resolve(forkProgram(program, log));
    return await this.#supervise(stage, name, {
      start,
      stopSignal: 'SIGTERM',
      killSignal: 'SIGKILL',
    });
  }

  /** PostgreSQL's own signals: SIGINT ends sessions and writes all data, SIGQUIT ends its processes at once. */
  async startPostgres(start: () => Promise<Run>): Promise<Supervised> {
    return await this.#supervise('postgres', 'postgres', {
      start,
      attempts: 6, // processes of one that was just killed may be about still
      stopSignal: 'SIGINT',
      killSignal: 'SIGQUIT',
    });
  }

  /** Runs a program to its end. */
  async run(program: Program): Promise<void> {
    const { name } = program;
    await runProgram(program, this.log(name), this.#options.signal, (pid) => {
      this.#passing.set(name, pid);
      this.#roster.changed();
    });
    this.#passing.delete(name);
    this.#roster.changed();
  }

  log(name: string): Log {
    const log = this.#logs.get(name) ?? new Log(join(this.#options.dataFolder, 'logs'), name);
    this.#logs.set(name, log);
    return log;
  }

  member(name: string): Supervised {
    const member = this.members.get(name);
    if (member !== undefined) return member;
    throw new TypeError(`no process ${name}; there are ${[...this.members.keys()].join(', ')}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const stage of stages) {
      const members = [...this.members.values()].filter(
        ({ name }) => this.#stages.get(name) === stage,
      );
      await Promise.all(members.map((member) => member[Symbol.asyncDispose]()));
    }
    this.#closing.abort();
    await this.#following;
    await this.#roster[Symbol.asyncDispose]();
    for (const log of this.#logs.values()) log[Symbol.dispose]();
    process.off('exit', this.#abandon);
  }

  async #supervise(
    stage: Stage,
    name: string,
    how: Pick<Supervision, 'start' | 'attempts' | 'stopSignal' | 'killSignal'>,
  ): Promise<Supervised> {
    const { reporter, signal: givenUp } = this.#options;
    const member = new Supervised({
      ...how,
      name,
      signal: givenUp,
      report: (message) => {
        reporter.line(`${name} ${message}`);
      },
      changed: this.#roster.changed,
    });
    this.members.set(name, member);
    this.#stages.set(name, stage);
    await member.start();
    return member;
  }

  #list() {
    const passing = [...this.#passing].map(([name, pid]) => ({
      name,
      pid,
      url: null,
      servingSince: null,
      restarts: 0,
    }));
    const members = [...this.members.values()].map(
      ({ name, pid, url, servingSince, restarts }) => ({
        name,
        pid,
        // PostgreSQL's has a password in it.
        url: servingSince === undefined || name === 'postgres' ? null : url,
        servingSince: servingSince?.toISOString() ?? null,
        restarts,
      }),
    );
    return [...members, ...passing];
  }

  /** When our own process ends in whatever way, no time is left to stop in order. */
  readonly #abandon = () => {
    for (const member of this.members.values()) member.abandon();
    for (const pid of this.#passing.values()) signal(pid, 'SIGKILL');
  };
}

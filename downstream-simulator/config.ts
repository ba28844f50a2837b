import { integer, optional, required } from '#service';

export interface SimulatorConfig {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** The SQLite file that holds the machines. */
  readonly dataFile: string;
  /** What callers show as their bearer token. */
  readonly token: string;
  /** How long a creation or a deletion takes, on average. */
  readonly workMs: number;
}

export function readConfig(env: NodeJS.ProcessEnv): SimulatorConfig {
  return {
    host: optional(env, 'HOST', '127.0.0.1'),
    port: integer(env, 'DOWNSTREAM_SIMULATOR_PORT', 4_011, { min: 0, max: 65_535 }),
    dataFile: required(env, 'DOWNSTREAM_SIMULATOR_DATA'),
    token: required(env, 'DOWNSTREAM_SIMULATOR_TOKEN'),
    workMs: integer(env, 'DOWNSTREAM_SIMULATOR_WORK_MS', 1_500, { min: 0, max: 600_000 }),
  };
}

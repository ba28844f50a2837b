import type { Program } from './forked.ts';
import type { Programs } from './programs.ts';

/**
 * Gives each program our own environment, without what is meant for another program or for us alone:
 * only the set-up sees the administrator's address, and only orders the payment key.
 */
export function withEnvironment(
  programs: Programs,
  env: NodeJS.ProcessEnv,
  compileCacheFolder: string,
  changes: Readonly<Record<string, NodeJS.ProcessEnv>>,
): Programs {
  const all = Object.values(programs).flat() as Program[];
  const meant = new Set([...ours, ...all.flatMap((program) => Object.keys(program.env))]);
  const rest = Object.entries(env).filter(([name]) => !meant.has(name));
  const common = { ...Object.fromEntries(rest), NODE_COMPILE_CACHE: compileCacheFolder };
  const complete = (program: Program): Program => ({
    ...program,
    env: { ...common, ...program.env, ...changes[program.name] },
  });
  return {
    setUp: complete(programs.setUp),
    standIns: programs.standIns.map(complete),
    subgraphs: programs.subgraphs.map(complete),
    gateway: complete(programs.gateway),
    catalogueImport: complete(programs.catalogueImport),
    demoAccounts: complete(programs.demoAccounts),
  };
}

const ours = ['DATABASE_URL', 'HOST', 'PORT', 'QUARTERMASTER_DATA', 'QUARTERMASTER_DEMO'];

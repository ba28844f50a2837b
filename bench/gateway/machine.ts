import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { availableParallelism } from 'node:os';
import { delimiter, join } from 'node:path';

/** The gateway has this CPU for itself; what asks it and what it asks share the other. */
export const gatewayCpu = 0;
export const loadCpu = 1;

/** Where to get a program, by its name. */
export type Needed = Readonly<Record<string, string>>;

const pinning: Needed = {
  taskset: 'apt-get install util-linux',
  setpriv: 'apt-get install util-linux',
};

/** Why nothing can be measured here, if so. */
export function whyUnfit(needed: Needed): string | undefined {
  if (process.platform !== 'linux') return 'CPU time is read from /proc, which only Linux has';
  if (availableParallelism() < 2) return 'two CPUs are needed';
  for (const [program, remedy] of Object.entries({ ...pinning, ...needed })) {
    if (whereIs(program) === undefined) return `${program} is not installed (${remedy})`;
  }
  return undefined;
}

/** Where a program is, if it is. */
export function whereIs(program: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/go/bin'];
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Leaves the gateways' CPU to them. */
export function moveAside(): void {
  pin(process.pid, loadCpu);
}

/** Keeps a process that runs already, and what it starts from now on, to some CPUs. */
export function pin(pid: number, ...cpus: readonly number[]): void {
  execFileSync('taskset', ['-acp', cpus.join(','), String(pid)], { stdio: 'ignore' });
}

import { readdirSync, readFileSync } from 'node:fs';

const msPerTick = 10; // USER_HZ is 100 wherever Linux runs

/** CPU time that a process has used, with its threads and the processes it started; in milliseconds. */
export function cpuMs(pid: number): number {
  let ticks = 0;
  for (const each of familyOf(pid)) {
    // After the name, which may hold spaces: the 12th and 13th are user and system time (proc(5)).
    const fields = read(`/proc/${each}/stat`).split(') ').at(-1)?.split(' ') ?? [];
    ticks += Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  }
  return ticks * msPerTick;
}

/** Memory that is resident, likewise; in MiB. */
export function residentMib(pid: number): number {
  let kib = 0;
  for (const each of familyOf(pid)) {
    kib += Number(/^VmRSS:\s+(\d+)/m.exec(read(`/proc/${each}/status`))?.[1] ?? 0);
  }
  return kib / 1024;
}

function familyOf(pid: number): readonly number[] {
  const children = threadsOf(pid).flatMap((thread) =>
    read(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(familyOf)];
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return []; // it has ended
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

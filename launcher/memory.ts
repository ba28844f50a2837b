import { readdirSync, readFileSync } from 'node:fs';

/**
 * What a process, with its children if told so, has in memory, in bytes: PSS, where each shared page counts
 * in equal parts (proc_pid_smaps_rollup(5)), so that sums are true. Null where the system doesn't tell.
 */
export function memoryOf(pid: number, { withChildren }: { withChildren: boolean }): number | null {
  const own = readKilobytes(`/proc/${pid}/smaps_rollup`, 'Pss');
  if (own === null) return null;
  const others = withChildren ? childrenOf(pid) : [];
  const kilobytes = others.map((child) => readKilobytes(`/proc/${child}/smaps_rollup`, 'Pss') ?? 0);
  return kilobytes.reduce((sum, each) => sum + each, own) * bytesPerKilobyte;
}

const bytesPerKilobyte = 1024;

function childrenOf(pid: number): string[] {
  const processes = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  return processes.filter((entry) => readField(`/proc/${entry}/status`, 'PPid') === `${pid}`);
}

function readKilobytes(path: string, field: string): number | null {
  const text = readField(path, field);
  return text === null ? null : Number.parseInt(text, 10);
}

/** Of a file with lines such as `Pss:   5212 kB`. */
function readField(path: string, field: string): string | null {
  try {
    const lines = readFileSync(path, 'utf8').split('\n');
    const line = lines.find((each) => each.startsWith(`${field}:`));
    return line?.slice(field.length + 1).trim() ?? null;
  } catch {
    return null; // it has ended, or there is no /proc
  }
}

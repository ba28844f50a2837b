import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Child } from './child.ts';
import { loadCpu } from './machine.ts';

/** Installs what a lockfile names, unless that was done. Tells why it could not be. */
export async function install(folder: string, signal: AbortSignal): Promise<string | undefined> {
  const installed = changedAt(join(folder, 'node_modules/.package-lock.json'));
  if (installed > changedAt(join(folder, 'package-lock.json'))) return undefined;
  // Their install scripts only talk, and a gateway that needs one won't start.
  const args = ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
  await using npm = new Child({ file: 'npm', args, folder }, loadCpu);
  const words = await npm.whenEnded(signal);
  return npm.succeeded ? undefined : `its packages can't be installed: ${words}`;
}

function changedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

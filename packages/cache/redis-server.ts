import { freePort } from '#database';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A Redis of one's own, for tests: it may be killed, hung and started anew. */
export interface OwnRedis extends AsyncDisposable {
  readonly url: string;
  /** Ends it at once: what it held is gone, unless it was saved. */
  kill(): Promise<void>;
  /** Starts it again, at the same address. */
  start(): Promise<void>;
  /** It accepts connections and answers nothing, until it is let go on. */
  hang(): void;
  goOn(): void;
}

const program = 'redis-server';

/** Why there is no such server on this machine; null where there is. */
export const noRedis: string | null =
  spawnSync(program, ['--version']).status === 0 ? null : `${program} is not installed`;

/** Keeps its data in a folder of its own, that goes with it. */
export async function startRedis(): Promise<OwnRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'redis-'));
  const port = await freePort();
  let child = await startServer(folder, port);
  async function kill(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    kill,
    start: async () => {
      child = await startServer(folder, port);
    },
    hang: () => void child.kill('SIGSTOP'),
    goOn: () => void child.kill('SIGCONT'),
    [Symbol.asyncDispose]: async () => {
      await kill();
      await rm(folder, { recursive: true });
    },
  };
}

async function startServer(folder: string, port: number): Promise<ChildProcess> {
  const args = ['--bind', '127.0.0.1', '--port', `${port}`, '--dir', folder, '--save', ''];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const told: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    told.push(line);
    if (!line.includes('Ready to accept connections')) continue;
    child.stdout.resume(); // a pipe that is full would stop it
    return child;
  }
  throw new Error(`${program} ended: ${told.join('\n')}`);
}

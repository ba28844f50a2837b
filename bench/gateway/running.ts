import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../launcher/ports.ts';
import { Child } from './child.ts';
import type { Gateway } from './gateways.ts';
import { gatewayCpu } from './machine.ts';
import { cpuMs } from './usage.ts';

/** A gateway that serves. */
export interface Running extends AsyncDisposable {
  readonly title: string;
  readonly url: string;
  readonly pid: number;
}

/** A gateway that can't be measured. */
export interface Skipped {
  readonly title: string;
  readonly why: string;
}

export interface Answer {
  readonly status: number;
  /** Without the newline that some end it with. */
  readonly body: string;
}

const startTimeoutMs = 120_000;
const drainTimeoutMs = 15_000;

/** Starts one, and waits until it answers. */
export async function startGateway(
  gateway: Gateway,
  title: string,
  start: Omit<Parameters<Gateway['command']>[0], 'port'>,
  signal: AbortSignal,
): Promise<Running | Skipped> {
  const port = await freePort();
  const child = new Child(gateway.command({ ...start, port }), gatewayCpu);
  const running: Running = {
    title,
    url: `http://127.0.0.1:${port}/graphql`,
    pid: child.pid,
    [Symbol.asyncDispose]: async () => {
      await child[Symbol.asyncDispose]();
    },
  };
  try {
    const until = performance.now() + startTimeoutMs;
    while (child.isRunning && performance.now() < until) {
      if (await serves(running, signal)) return running;
      await delay(200, undefined, { signal });
    }
  } catch (error) {
    await child[Symbol.asyncDispose]();
    throw error;
  }
  await child[Symbol.asyncDispose]();
  return { title, why: `it did not start: ${child.lastWords.slice(-300)}` };
}

/** Asks once. */
export async function ask(
  { url }: Running,
  query: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body: JSON.stringify({ query }),
    signal,
  });
  return { status: response.status, body: (await response.text()).trimEnd() };
}

/** Waits until it has done what is left of a load, which a slow gateway does for no one. */
export async function drain({ pid }: Running, signal: AbortSignal): Promise<void> {
  const until = performance.now() + drainTimeoutMs;
  let used = cpuMs(pid);
  for (let idle = 0; idle < 2 && performance.now() < until;) {
    await delay(250, undefined, { signal });
    const now = cpuMs(pid);
    idle = now - used > 10 ? 0 : idle + 1;
    used = now;
  }
}

async function serves(running: Running, signal: AbortSignal): Promise<boolean> {
  try {
    const { status } = await ask(running, '{ __typename }', {}, signal);
    return status === 200;
  } catch {
    signal.throwIfAborted();
    return false; // nobody listens there yet
  }
}

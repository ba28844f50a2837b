import { cpus, loadavg } from 'node:os';
import { moveAside, whyUnfit, type Needed } from './machine.ts';

/** A benchmark as a command. */
export interface Benchmark<Options> {
  /** What has to be installed. */
  readonly needed: Needed;
  /** Reads the flags; throws what is wrong with them. */
  readonly readOptions: (args: readonly string[]) => Options;
  /** Tells whether all went as it should; throws when the signal comes. */
  readonly run: (options: Options, signal: AbortSignal) => Promise<boolean>;
}

/** Runs it aside of what it measures, until it has ended or is told to stop; the exit code tells how it went. */
export async function runCommand<
  Options extends { readonly rounds: number; readonly seconds: number },
>({ needed, readOptions, run }: Benchmark<Options>): Promise<void> {
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(name, () => {
      stopping.abort();
    });
  }
  try {
    const options = readOptions(process.argv.slice(2));
    const unfit = whyUnfit(needed);
    if (unfit !== undefined) throw new Error(`SKIPPED, all of it: ${unfit}`);
    console.log(
      `Node ${process.version}, ${cpus()[0]?.model ?? 'a CPU'}, ${cpus().length} CPUs, load average ${loadavg()[0]?.toFixed(1) ?? '?'}; ${options.rounds} rounds of ${options.seconds} s, medians`,
    );
    moveAside();
    if (!(await run(options, stopping.signal))) process.exitCode = 1;
  } catch (error) {
    process.exitCode = stopping.signal.aborted ? 130 : 1;
    if (stopping.signal.aborted) console.error('Stopped.');
    else console.error(error instanceof Error ? error.message : error);
  }
}

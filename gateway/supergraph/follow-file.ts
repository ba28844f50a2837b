import type { Logger } from '#service';
import { readFile, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

export interface FollowFileOptions {
  readonly file: string;
  /**
   * Puts the text in the place of what is served; says whether it is another.
   * @throws why it can't be.
   */
  readonly replace: (text: string) => Promise<boolean>;
  readonly logger: Logger;
}

/** Notices of the system are lost on network file systems and in containers; a look each time costs next to nothing. */
const lookEveryMs = 500;

/**
 * Serves what is in the file from now on, each time that it has changed, however it was written; and looks at
 * it on SIGHUP, too. What can't be read or served is logged, and what was served before goes on.
 */
export function followFile({ file, replace, logger }: FollowFileOptions): AsyncDisposable {
  const leaving = new AbortController();
  const { signal } = leaving;
  let read: string | undefined;
  let isAsked = false;

  async function followOn(): Promise<void> {
    let before: string | undefined;
    for (;;) {
      await delay(lookEveryMs, undefined, { signal, ref: false });
      const version = await versionOf(file);
      // Two looks that agree: nobody is just writing it.
      const hasChanged = version === before && version !== read;
      before = version;
      if (!hasChanged && !isAsked) continue;
      read = version;
      isAsked = false;
      await take();
    }
  }

  async function take(): Promise<void> {
    try {
      const isAnother = await replace(await readFile(file, 'utf8'));
      if (isAnother) logger.info('the supergraph has been replaced', { file });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      logger.error('the supergraph is refused; the one before goes on', { file, reason });
    }
  }

  const ask = () => {
    isAsked = true;
  };
  // To a process that has a terminal it says that this was closed.
  if (!process.stdout.isTTY) process.on('SIGHUP', ask);
  const following = followOn().catch(() => undefined); // it was disposed
  return {
    [Symbol.asyncDispose]: async () => {
      process.off('SIGHUP', ask);
      leaving.abort();
      await following;
    },
  };
}

/** Tells one state of a file from another; empty while there is none. */
async function versionOf(file: string): Promise<string> {
  try {
    const { ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
    return [ino, size, mtimeNs, ctimeNs].join(' ');
  } catch {
    return '';
  }
}

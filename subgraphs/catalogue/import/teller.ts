/** Tells how far an import has come, to whoever looks on. */
export interface Teller {
  progress(what: string, done: number, total: number): void;
  tell(text: string): void;
}

const barWidth = 30;
const clearLine = '\r\u001b[2K';

/** A bar on a terminal, messages to a parent that forked the process, lines to whoever reads its output. */
export function createTeller({ stdout, send }: Pick<NodeJS.Process, 'stdout' | 'send'>): Teller {
  return {
    progress: (what, done, total) => {
      if (send !== undefined) process.send?.({ progress: { done, total } });
      else if (stdout.isTTY)
        stdout.write(`${clearLine}${bar(done, total)} ${done} of ${total} ${what}`);
      else stdout.write(`${done} of ${total} ${what}\n`);
    },
    tell: (text) => {
      stdout.write(`${stdout.isTTY ? clearLine : ''}${text}\n`);
    },
  };
}

function bar(done: number, total: number): string {
  const full = total === 0 ? barWidth : Math.floor((barWidth * done) / total);
  return `[${'#'.repeat(full)}${' '.repeat(barWidth - full)}]`;
}

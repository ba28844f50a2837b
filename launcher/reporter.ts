import type { WriteStream } from 'node:tty';

/** Tells whoever started us what is going on. */
export interface Reporter {
  /** Shown for as long as the work takes. */
  readonly during: <Answer>(activity: string, work: Promise<Answer>) => Promise<Answer>;
  /** A line that stays. */
  readonly line: (text: string) => void;
}

export const silent: Reporter = {
  during: async (_activity, work) => await work,
  line: () => undefined,
};

const redrawMs = 200;

/** On a terminal one line that changes; elsewhere a line for each activity that begins. */
export function createReporter(output: Pick<WriteStream, 'write' | 'columns' | 'isTTY'>): Reporter {
  const activities = new Set<string>();
  const began = performance.now();
  let timer: NodeJS.Timeout | undefined;

  function draw(): void {
    if (!output.isTTY) return;
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const text = activities.size === 0 ? '' : `${seconds} s  ${[...activities].join(', ')} …`;
    output.write(`${eraseLine}${text.slice(0, output.columns - 1)}`);
  }

  return {
    during: async (activity, work) => {
      activities.add(activity);
      if (!output.isTTY) output.write(`${activity} …\n`);
      timer ??= setInterval(draw, redrawMs);
      draw();
      try {
        return await work;
      } finally {
        activities.delete(activity);
        draw();
        if (activities.size === 0) {
          clearInterval(timer);
          timer = undefined;
        }
      }
    },
    line: (text) => {
      output.write(output.isTTY ? `${eraseLine}${text}\n` : `${text}\n`);
      if (activities.size > 0) draw();
    },
  };
}

const eraseLine = '\r\u001b[2K';

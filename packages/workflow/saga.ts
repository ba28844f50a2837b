import type { Run } from './run.ts';

/** A step's undoing: workflow code of its own, made of steps. */
export type Undo = () => Promise<void>;

/**
 * A list of named steps of which each says, before it runs, what undoes it. So what is undone includes
 * the step whose outcome is unknown.
 */
export class Saga {
  readonly #run: Run;
  readonly #undos: Undo[] = [];

  constructor(run: Run) {
    this.#run = run;
  }

  /** Registers the undoing, then does the work. The key is the same however often the step runs. */
  async step<Answer>(
    name: string,
    undo: Undo,
    work: (key: string) => Promise<Answer>,
  ): Promise<Answer> {
    this.#undos.push(undo);
    return await this.#run.step(name, () => work(this.keyOf(name)));
  }

  /** What a step's calls to others are known by, such as `ord_…:authorize:1`. */
  keyOf(name: string): string {
    return `${this.#run.id}:${name}:1`;
  }

  /** Undoes, last first, all that was done or may have been. Whoever calls has waited for every branch. */
  async undo(): Promise<void> {
    for (let undo = this.#undos.pop(); undo !== undefined; undo = this.#undos.pop()) await undo();
  }
}

import { hash } from 'node:crypto';
import {
  openGeneration,
  type Generation,
  type GenerationParts,
  type ReadServed,
  type Served,
} from './generation.ts';

/** What is told of the supergraph to whoever watches the process. */
export interface SupergraphStatus {
  /** Tells one text from another: the beginning of its SHA-256. */
  readonly id: string;
  readonly since: Date;
  /** When one that was to take its place was last refused; null if none was, or it was mended. */
  readonly refusedAt: Date | null;
}

/** The supergraph that is served, and what is left of those before it. */
export class Generations implements AsyncDisposable {
  readonly #parts: GenerationParts;
  readonly #clock: () => Date;
  readonly #retiring = new Set<Generation>();
  #current: Generation;
  #since: Date;
  #refusedAt: Date | null = null;

  private constructor(first: Generation, parts: GenerationParts, clock: () => Date) {
    this.#current = first;
    this.#parts = parts;
    this.#clock = clock;
    this.#since = clock();
  }

  static async open(
    served: Served,
    parts: GenerationParts,
    clock: () => Date,
  ): Promise<Generations> {
    return new Generations(await openGeneration(served, parts), parts, clock);
  }

  /** Who begins something begins it here. */
  get current(): Generation {
    return this.#current;
  }

  get status(): SupergraphStatus {
    const id = hash('sha256', this.#current.served.supergraph.sdl).slice(0, 12);
    return { id, since: this.#since, refusedAt: this.#refusedAt };
  }

  /**
   * Puts another supergraph in the place of the one that is served, unless its text is the same. One at a time.
   * @returns whether it is another.
   * @throws why it can't be served; then the one before goes on.
   */
  async replace(sdl: string, read: ReadServed): Promise<boolean> {
    if (sdl === this.#current.served.supergraph.sdl) {
      this.#refusedAt = null;
      return false;
    }
    try {
      const next = await openGeneration(await read(sdl), this.#parts);
      const before = this.#current;
      this.#current = next;
      this.#since = this.#clock();
      this.#refusedAt = null;
      this.#retire(before);
      return true;
    } catch (error) {
      this.#refusedAt = this.#clock();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const generation of [this.#current, ...this.#retiring]) {
      await generation[Symbol.asyncDispose]();
    }
  }

  #retire(generation: Generation): void {
    this.#retiring.add(generation);
    generation
      .retire()
      .catch((error: unknown) => {
        this.#parts.logger.error('what is left of a supergraph can not be closed', { error });
      })
      .finally(() => this.#retiring.delete(generation));
  }
}

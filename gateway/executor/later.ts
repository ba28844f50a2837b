import type { GraphQLFormattedError } from 'graphql';

/** What of one execution goes on after the first answer. */
export class Later {
  /** How many fetches have the id. */
  readonly #fetches: ReadonlyMap<string, number>;
  readonly #fetched = new Map<string, { left: number; over: PromiseWithResolvers<undefined> }>();
  /** By the ids of deferrals: how many parts of the plan they still wait for. */
  readonly #waitsFor = new Map<string, number>();
  readonly #errors = new Map<string, GraphQLFormattedError[]>();
  #failure: { readonly cause: unknown } | undefined;
  #news = Promise.withResolvers<undefined>();

  constructor(fetches: ReadonlyMap<string, number>) {
    this.#fetches = fetches;
  }

  /** Resolves when all fetches with the id are over. */
  async fetched(id: string): Promise<void> {
    await this.#fetchesWith(id).over.promise;
  }

  tellFetched(id: string): void {
    const fetches = this.#fetchesWith(id);
    fetches.left -= 1;
    if (fetches.left === 0) fetches.over.resolve(undefined);
  }

  /** No fetch with the id goes on, nor will. */
  tellOver(id: string): void {
    this.#fetchesWith(id).over.resolve(undefined);
  }

  /** A deferral waits for a part of the plan, which tells what went wrong. */
  begin(deferral: string, part: Promise<readonly GraphQLFormattedError[]>): void {
    this.#waitsFor.set(deferral, (this.#waitsFor.get(deferral) ?? 0) + 1);
    const end = () => {
      this.#waitsFor.set(deferral, (this.#waitsFor.get(deferral) ?? 0) - 1);
      this.#news.resolve(undefined);
      this.#news = Promise.withResolvers();
    };
    part.then(
      (errors) => {
        this.addErrors(deferral, errors);
        end();
      },
      (cause: unknown) => {
        this.#failure ??= { cause };
        end();
      },
    );
  }

  isOver(deferral: string): boolean {
    return (this.#waitsFor.get(deferral) ?? 0) === 0;
  }

  /** Resolves when a part of the plan is over. */
  async news(): Promise<void> {
    await this.#news.promise;
    if (this.#failure) throw this.#failure.cause;
  }

  addErrors(deferral: string, errors: readonly GraphQLFormattedError[]): void {
    this.#errors.set(deferral, [...(this.#errors.get(deferral) ?? []), ...errors]);
  }

  /** What went wrong and was not taken yet. */
  takeErrors(deferral: string): readonly GraphQLFormattedError[] {
    const errors = this.#errors.get(deferral) ?? [];
    this.#errors.delete(deferral);
    return errors;
  }

  #fetchesWith(id: string) {
    let fetches = this.#fetched.get(id);
    if (!fetches) {
      fetches = { left: this.#fetches.get(id) ?? 0, over: Promise.withResolvers<undefined>() };
      if (fetches.left === 0) fetches.over.resolve(undefined); // the planner found it has nothing to ask
      this.#fetched.set(id, fetches);
    }
    return fetches;
  }
}

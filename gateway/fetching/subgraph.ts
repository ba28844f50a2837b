import { CircuitBreaker, type Logger } from '#service';
import { OperationTypeNode } from 'graphql';
import { setTimeout as delay } from 'node:timers/promises';
import type { SubgraphRequest } from '../executor/run.ts';
import { exchange } from './exchange.ts';
import type { Connections } from './http/connections.ts';
import { postTo } from './http/request.ts';
import { NoAnswer } from './no-answer.ts';
import { RetryBudget } from './retry-budget.ts';
import { SubgraphUnavailable } from './subgraph-unavailable.ts';

export interface SubgraphOptions {
  readonly name: string;
  /** Tells it from all others, also from those of its name at another address. */
  readonly key: string;
  /** Path and query of its address. */
  readonly path: string;
  readonly connections: Connections;
  readonly timeoutMs: number;
  readonly now: () => number;
  readonly logger: Logger;
}

/** In a row, so one caller's hopeless queries don't amount to it between the queries of others. */
const failuresMax = 20;
const restMs = 1_000;
const retryDelayMs = 50;

/** One subgraph: asked again when that may help, and spared when nothing does. */
export class Subgraph {
  readonly key: string;
  readonly #options: SubgraphOptions;
  readonly #start: string;
  readonly #breaker: CircuitBreaker;
  readonly #budget: RetryBudget;

  constructor(options: SubgraphOptions) {
    this.#options = options;
    this.key = options.key;
    const { connections, path, now } = options;
    this.#start = postTo(connections.host, path);
    this.#breaker = new CircuitBreaker({ failuresMax, restMs, now });
    this.#budget = new RetryBudget({ now });
  }

  /** @throws SubgraphUnavailable */
  async ask(request: SubgraphRequest, headers: string[], requestId: string): Promise<string> {
    const { name, logger } = this.#options;
    // That it is spared was logged when that began.
    if (!this.#breaker.admit()) throw new SubgraphUnavailable(name, new Error('it is spared now'));
    try {
      const text = await this.#askAgain(request, headers);
      this.#answered();
      return text;
    } catch (error) {
      logger.warn('a subgraph did not answer', { subgraph: name, requestId, error });
      if (error instanceof NoAnswer && error.isOutage) this.#failed();
      else this.#answered();
      throw new SubgraphUnavailable(name, error);
    }
  }

  async #askAgain({ kind, body }: SubgraphRequest, headers: string[]): Promise<string> {
    const { connections, timeoutMs } = this.#options;
    const asked = { start: this.#start, headers, body, timeoutMs };
    this.#budget.earn();
    try {
      return await exchange(connections, asked);
    } catch (error) {
      if (!mayRepeat(error, kind) || !this.#budget.spend()) throw error;
      await delay(retryDelayMs / 2 + Math.random() * retryDelayMs);
      return await exchange(connections, asked);
    }
  }

  #answered(): void {
    if (!this.#breaker.succeeded()) return;
    const { logger, name } = this.#options;
    logger.info('a subgraph answers again', { subgraph: name });
  }

  #failed(): void {
    if (!this.#breaker.failed()) return;
    const { logger, name } = this.#options;
    logger.error('a subgraph fails, and is spared', { subgraph: name, failures: failuresMax });
  }
}

function mayRepeat(error: unknown, kind: OperationTypeNode): boolean {
  if (!(error instanceof NoAnswer)) return false;
  const { repeatable } = error;
  return (
    repeatable === 'anything' || (repeatable === 'queries' && kind === OperationTypeNode.QUERY)
  );
}

import { errors, type Client, type estypes } from '@elastic/elasticsearch';
import { SearchUnavailable } from '../failover.ts';

/** Reads the index that serves, or says at once that it can't be read now. */
export interface IndexReader {
  /** @throws SearchUnavailable */
  search<Aggregations = never>(
    request: Omit<estypes.SearchRequest, 'index'>,
  ): Promise<estypes.SearchResponse<unknown, Aggregations>>;
  /** How many documents there are. @throws SearchUnavailable */
  count(query: NonNullable<estypes.QueryDslQueryContainer>): Promise<number>;
}

export interface IndexReaderOptions {
  readonly client: Client;
  /** Its name, or an alias. */
  readonly index: string;
  /** Whether it may be read: not before it is known to be of this catalogue. */
  readonly isReady: () => boolean;
  /** From asking to the answer. */
  readonly timeoutMs: number;
  /** Spares who asks, while nobody answers. */
  readonly breaker: Breaker;
  /** Hears when it is no longer asked, and of the last failure. */
  readonly lost: (error: unknown) => void;
  /** Hears when it answers again. */
  readonly found: () => void;
}

/** A circuit breaker; says whether this closed, or opened, it. */
interface Breaker {
  admit(): boolean;
  succeeded(): boolean;
  failed(): boolean;
}

export function createIndexReader(options: IndexReaderOptions): IndexReader {
  const { client, index, isReady, timeoutMs, breaker, lost, found } = options;
  const requestOptions = { requestTimeout: timeoutMs, maxRetries: 0 };

  async function ask<Answer>(question: () => Promise<Answer>): Promise<Answer> {
    if (!isReady()) throw new SearchUnavailable('the index is not ready');
    if (!breaker.admit()) throw new SearchUnavailable('too many failures');
    try {
      const answer = await question().catch((error: unknown) => {
        if (!mayBeReplaced(error)) throw error;
        return question();
      });
      if (breaker.succeeded()) found();
      return answer;
    } catch (error) {
      if (!(error instanceof errors.ElasticsearchClientError)) throw error;
      if (breaker.failed()) lost(error);
      throw new SearchUnavailable(error);
    }
  }

  return {
    search: (request) => ask(() => client.search({ ...request, index }, requestOptions)),
    count: async (query) => {
      const { count } = await ask(() => client.count({ index, query }, requestOptions));
      return count;
    },
  };
}

/** Whether the index was perhaps replaced by another while it was asked: then the other has an answer. */
function mayBeReplaced(error: unknown): boolean {
  if (!(error instanceof errors.ResponseError)) return false;
  const { statusCode = 0 } = error;
  return statusCode === 404 || statusCode >= 500;
}

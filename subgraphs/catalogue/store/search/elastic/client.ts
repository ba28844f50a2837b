import { Client, UndiciConnection } from '@elastic/elasticsearch';

export interface ElasticConfig {
  /** May name a user and password. */
  readonly url: string;
  readonly apiKey: string | null;
  /** What the names of its indices begin with. */
  readonly indexPrefix: string;
  /** Of a search; what feeds the index may take longer. */
  readonly searchTimeoutMs: number;
}

const writeTimeoutMs = 30_000;

/** Connects on first use. */
export function openClient({ url, apiKey }: ElasticConfig): Client {
  return new Client({
    node: url,
    requestTimeout: writeTimeoutMs,
    maxRetries: 0, // whoever asks knows better when to ask again
    Connection: AbruptConnection,
    ...(apiKey !== null && { auth: { apiKey } }),
  });
}

/** Closing ends what is under way: nobody waits for a server that hangs. */
class AbruptConnection extends UndiciConnection {
  override async close(): Promise<void> {
    await this.pool.destroy();
  }
}

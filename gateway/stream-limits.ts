/** What may go on at once. */
export interface StreamLimits {
  /** Sockets, and streams in responses, of one address. */
  readonly connectionsPerAddress: number;
  /** Subscriptions of one person who signed in. */
  readonly streamsPerPerson: number;
}

export const defaultLimits: StreamLimits = { connectionsPerAddress: 1_000, streamsPerPerson: 200 };

/** What a business transaction tells others: a fact, with ids rather than copies of rows. */
export interface NewEvent {
  /** Such as `order.placed`. */
  readonly type: string;
  /** Every stream in which it appears, such as `order:ord_…` and `customer:usr_…`. */
  readonly streams: readonly string[];
  /** The id of the person, API client or service that caused it; never a name or address. */
  readonly actor: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** An event as it is kept and carried: CloudEvents 1.0, with who caused it. */
export interface CloudEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly type: string;
  /** The domain that it comes from. */
  readonly source: string;
  /** RFC 3339. */
  readonly time: string;
  readonly actor: string;
  readonly data: Readonly<Record<string, unknown>>;
}

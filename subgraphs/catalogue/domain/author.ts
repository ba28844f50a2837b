/** Who changes something, and when. */
export interface Author {
  /** The id of a person, an API client or a service. */
  readonly actor: string;
  readonly now: Date;
}

/** What a request tells besides what is asked, and by whom. */
export interface RequestMetadata {
  /** Repeated in every service's log. */
  readonly requestId: string;
  /** What the client would rather read, as `Accept-Language` has it (RFC 9110, 12.5.4). */
  readonly languages: string | undefined;
}

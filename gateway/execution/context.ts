import type { Access } from '../authority/access.ts';

/** Who asks, for everything that is fetched on the way to an answer. */
export interface GatewayContext extends Access {
  /** Repeated in every service's log. */
  readonly requestId: string;
  /** As the client sent it. Only subgraphs that judge it themselves are given it. */
  readonly authorization: string | undefined;
  /** What the client would rather read, as `Accept-Language` has it. */
  readonly languages: string | undefined;
}

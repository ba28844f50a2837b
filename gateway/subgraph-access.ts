import { serviceItself, type Authorize } from '#auth';
import type { GatewayContext } from './execution/context.ts';

/** How subgraphs are told who asks. */
export interface SubgraphAccess {
  /** The headers of a fetch, or of one operation on a socket. */
  readonly headersFor: (context: GatewayContext, subgraph: string) => Promise<Headers> | Headers;
  /** What a socket is opened with, for everybody's operations. */
  readonly socketParamsFor: (subgraph: string) => Promise<Record<string, unknown>>;
}

type Headers = Readonly<Record<string, string>>;

/** Our own subgraphs take the gateway's word for who asks, signed. */
export function vouching(authorize: Authorize): SubgraphAccess {
  return {
    headersFor: async ({ caller }, subgraph) => ({
      authorization: await authorize(caller, subgraph),
    }),
    socketParamsFor: async (subgraph) => ({
      Authorization: await authorize(serviceItself('gateway'), subgraph),
    }),
  };
}

const nothing: Headers = {};

/** Other people's subgraphs are given what the client sent, and judge for themselves. */
export const forwarding: SubgraphAccess = {
  headersFor: ({ authorization }) => (authorization === undefined ? nothing : { authorization }),
  socketParamsFor: () => Promise.resolve({}),
};

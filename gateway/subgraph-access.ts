import { serviceItself, type Authorize } from '#auth';
import type { GatewayContext } from './execution/context.ts';

/** How subgraphs are told who asks. */
export interface SubgraphAccess {
  /** The headers of a fetch, or of one operation on a socket. */
  readonly headersFor: (
    context: GatewayContext,
    subgraph: string,
  ) => Promise<RequestHeaders> | RequestHeaders;
  /** Who asks, as far as subgraphs can tell: callers of one key are answered alike. */
  readonly keyOf: (context: GatewayContext) => string;
  /** What a socket is opened with, for everybody's operations. */
  readonly socketParamsFor: (subgraph: string) => Promise<Record<string, unknown>>;
}

type RequestHeaders = Readonly<Record<string, string>>;

/** Our own subgraphs take the gateway's word for who asks, signed. */
export function vouching(authorize: Authorize): SubgraphAccess {
  return {
    headersFor: async ({ caller, languages }, subgraph) => {
      const authorization = await authorize(caller, subgraph);
      return languages === undefined
        ? { authorization }
        : { authorization, 'accept-language': languages };
    },
    keyOf: ({ caller: { id, scopes, sessionId }, languages = '' }) =>
      JSON.stringify([languages, id, sessionId, ...[...scopes].toSorted()]),
    socketParamsFor: async (subgraph) => ({
      Authorization: await authorize(serviceItself('gateway'), subgraph),
    }),
  };
}

const nothing: RequestHeaders = {};

/** Other people's subgraphs are given what the client sent, and judge for themselves. */
export const forwarding: SubgraphAccess = {
  headersFor: ({ authorization, languages }) => {
    if (authorization === undefined && languages === undefined) return nothing;
    return {
      ...(authorization !== undefined && { authorization }),
      ...(languages !== undefined && { 'accept-language': languages }),
    };
  },
  keyOf: ({ authorization = '', languages = '' }) => JSON.stringify([languages, authorization]),
  socketParamsFor: () => Promise.resolve({}),
};

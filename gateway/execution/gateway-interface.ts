import type { GatewayInterface } from '@apollo/server-gateway-interface';
import type { Supergraph } from '../supergraph/supergraph.ts';
import type { GatewayContext } from './context.ts';
import type { Execute } from './execute.ts';

/** What Apollo Server asks for its schema and, of each operation that it found valid, for the answer. */
export function createGatewayInterface(
  { publicSchema, sdl }: Supergraph,
  execute: Execute,
): GatewayInterface {
  const listeners = new Set<Parameters<GatewayInterface['onSchemaLoadOrUpdate']>[0]>();
  return {
    onSchemaLoadOrUpdate: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    load: () => {
      for (const listener of listeners) {
        listener({ apiSchema: publicSchema, coreSupergraphSdl: sdl });
      }
      return Promise.resolve({
        executor: ({ document, request, context }) =>
          execute({
            document,
            operationName: request.operationName,
            variables: request.variables ?? {},
            context: context as GatewayContext,
          }),
      });
    },
    stop: () => Promise.resolve(),
  };
}

import {
  ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  Supergraph as ComposedSupergraph,
} from '@apollo/federation-internals';

/** It changes what an operation does, and nothing here carries it out: refuse to start. */
const unsupported = /\/connect\//;
const supportedFeatures = new Set(
  [...ROUTER_SUPPORTED_SUPERGRAPH_FEATURES].filter((feature) => !unsupported.test(feature)),
);

/** @throws when the supergraph is broken, or needs a feature that this gateway lacks. */
export function readComposed(sdl: string): ComposedSupergraph {
  return ComposedSupergraph.build(sdl, { supportedFeatures });
}

import type { MutationResolvers } from '../generated/resolvers.ts';
import { signInPayload } from './sign-in-payload.ts';

export const Mutation: MutationResolvers = {
  signIn: async (_root, { input }, { actions }) => signInPayload(await actions.signIn(input)),
  refreshSession: async (_root, { refreshToken }, { actions }) =>
    signInPayload(await actions.refreshSession(refreshToken ?? null)),
  signOut: async (_root, { everywhere }, { actions }) => ({
    sessionsEnded: await actions.signOut({ everywhere }),
    userErrors: [],
  }),
  revokeSession: async (_root, { id }, { actions }) => ({
    sessionsEnded: await actions.revokeSession(id),
    userErrors: [],
  }),
};

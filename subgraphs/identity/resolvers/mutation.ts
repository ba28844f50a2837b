import type { MutationResolvers } from '../generated/resolvers.ts';
import { signInPayload } from './sign-in-payload.ts';
import { userPayload } from './user-payload.ts';

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
  assignRole: async (_root, change, { actions }) => userPayload(await actions.assignRole(change)),
  removeRole: async (_root, change, { actions }) => userPayload(await actions.removeRole(change)),
  lockUser: async (_root, input, { actions }) => userPayload(await actions.lockUser(input)),
  unlockUser: async (_root, { id }, { actions }) => userPayload(await actions.unlockUser(id)),
};

import { permissionsOf } from '../domain/role.ts';
import { isSeen } from '../domain/user.ts';
import type { UserResolvers } from '../generated/resolvers.ts';

/** Of a user who is not seen there is the id alone, so every other field is null. */
export const User: UserResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.user.load(id),
  permissions: (user) => (isSeen(user) ? permissionsOf(user.roles) : null),
  sessions: (user, _args, { loaders }) =>
    isSeen(user) ? loaders.liveSessions.load(user.id) : null,
};

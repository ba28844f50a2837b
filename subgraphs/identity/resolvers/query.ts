import { isAnonymous } from '#auth';
import type { QueryResolvers } from '../generated/resolvers.ts';

export const Query: QueryResolvers = {
  me: (_root, _args, { caller, loaders }) =>
    isAnonymous(caller) ? null : loaders.user.load(caller.id),
  user: (_root, { id }, { loaders }) => loaders.user.load(id),
};

import type { SignInOutcomeResolvers, TokensResolvers } from '../generated/resolvers.ts';

export const SignInOutcome: SignInOutcomeResolvers = {
  __resolveType: () => 'Tokens',
};

export const Tokens: TokensResolvers = {
  user: ({ userId }, _args, { loaders }) => loaders.user.load(userId),
};

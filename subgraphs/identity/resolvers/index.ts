import { DateTime } from '#graphql';
import type { Resolvers } from '../generated/resolvers.ts';
import { Mutation } from './mutation.ts';
import { Query } from './query.ts';
import { Session } from './session.ts';
import { Subscription } from './subscription.ts';
import { SignInOutcome, Tokens } from './tokens.ts';
import { User } from './user.ts';

export const resolvers: Resolvers = {
  Query,
  Mutation,
  Subscription,
  User,
  Session,
  SignInOutcome,
  Tokens,
  DateTime,
};

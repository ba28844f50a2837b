/** What the resolvers are generated for: the context they see, and what an action hands them for each type. */
export const contextType = 'IdentityContext';

export const mappers = {
  User: '../domain/user.ts#UserAsSeen',
  Role: '../domain/role.ts#Role as RoleModel',
  Session: '../domain/session.ts#Session as SessionModel',
  Tokens: '../domain/tokens.ts#Tokens as TokensModel',
};

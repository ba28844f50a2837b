import type { RefreshToken } from '../crypto/refresh-tokens.ts';
import { permissionsOf } from '../domain/role.ts';
import type { Tokens } from '../domain/tokens.ts';
import type { User } from '../domain/user.ts';
import type { Parts } from '../parts.ts';

export interface Granted {
  readonly user: User;
  readonly refreshToken: RefreshToken;
  /** Read while the user was held: a change of their roles that is not in the token came later. */
  readonly at: Date;
}

/** Signs an access token that carries what the user's roles add up to. */
export async function issueTokens(
  { accessTokens }: Parts,
  { user, refreshToken, at }: Granted,
): Promise<Tokens> {
  const grant = {
    userId: user.id,
    sessionId: refreshToken.sessionId,
    scopes: permissionsOf(user.roles),
  };
  return {
    userId: user.id,
    accessToken: await accessTokens.issue(grant, at),
    refreshToken: refreshToken.text,
    tokenType: 'Bearer',
    expiresIn: accessTokens.lifeSeconds,
  };
}

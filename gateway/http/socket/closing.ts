import { Unauthenticated } from '#auth';
import { Unavailable } from '#errors';
import { CloseCode } from 'graphql-ws';
import { isExpired } from '../../authority/access-token.ts';

/** With what a socket is closed. A stock client gives up after 4401 and 4500, and comes back after the others. */
export type Closing = readonly [code: number, reason: string];

/** A new token is all that is needed. */
export const expired: Closing = [CloseCode.Forbidden, 'Access token expired'];

/** The client comes back with a new token, if it can get one. */
export const revoked: Closing = [CloseCode.Forbidden, 'Access token revoked'];

/** The client comes back, and finds another schema. */
export const schemaChanged: Closing = [1012, 'The schema has changed'];

/** Nobody expected that; it is for the log. */
export const broken: Closing = [CloseCode.InternalServerError, 'Something broke on our side'];

export function closingOf(error: unknown): Closing {
  if (isExpired(error)) return expired;
  if (error instanceof Unauthenticated) return [CloseCode.Unauthorized, 'Unauthorized'];
  if (error instanceof Unavailable) return [1013, 'Try again later'];
  return broken;
}

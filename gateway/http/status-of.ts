import { Unauthenticated } from '#auth';
import { BadInput, Unavailable } from '#errors';
import { CsrfHeaderRequired } from '../authority/authorization.ts';

/** The HTTP status of a request that failed by that. */
export function statusOf(error: unknown): number {
  if (error instanceof BadInput) return 400;
  if (error instanceof Unauthenticated) return 401;
  if (error instanceof CsrfHeaderRequired) return 403;
  return error instanceof Unavailable ? 503 : 500;
}

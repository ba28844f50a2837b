import { serviceItself, type Authorize } from '#auth';
import type { Logger } from '#service';
import type { FormattedExecutionResult } from 'graphql';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { backOffMs } from '../back-off.ts';
import type { Upstreams } from '../subscriptions/upstreams.ts';
import type { Access } from './access.ts';
import { RevokedTokens } from './revoked-tokens.ts';

/** Which access tokens are worth nothing any more, though they have not expired. */
export interface Revocations {
  readonly isRevoked: (access: Access) => boolean;
  /** Calls back whenever there are more of them; returns what ends that. */
  readonly onRevoked: (listener: () => void) => () => void;
}

export interface FollowedRevocations extends Revocations, Disposable {
  /** Whether those from before the gateway began are known. */
  readonly isReady: boolean;
}

export interface RevocationsOptions {
  readonly upstreams: Upstreams;
  /** Makes what identity accepts, in the gateway's own name. */
  readonly authorize: Authorize;
  readonly clock: () => Date;
  readonly logger: Logger;
}

const identity = 'identity';
/** Without `since`: what still matters comes first, each time anew, so nothing is missed whatever happened. */
const query = 'subscription { revocations { revocations { sessionId subject before } } }';

/** What identity sends. */
interface RevocationUpdate {
  readonly revocations: readonly {
    readonly sessionId: string | null;
    readonly subject: string | null;
    readonly before: string;
  }[];
}

/**
 * Follows identity's stream of revocations until disposed, through every drop of the connection. While identity can't
 * be asked, what is known counts, and tokens live no longer than ever.
 */
export function followRevocations(options: RevocationsOptions): FollowedRevocations {
  const { upstreams, authorize, clock, logger } = options;
  const tokens = new RevokedTokens(clock);
  const listeners = new Set<() => void>();
  const leaving = new AbortController();
  const { signal } = leaving;
  let isReady = false;
  let failures = 0;

  function onEvent({ data }: FormattedExecutionResult): void {
    const update = data?.['revocations'] as RevocationUpdate | undefined;
    if (!update) return; // the stream's end says why
    for (const { before, ...whose } of update.revocations) {
      tokens.add({ ...whose, before: new Date(before) });
    }
    if (failures > 0) logger.info('revocations are known again');
    isReady = true;
    failures = 0;
    if (update.revocations.length > 0) for (const listener of [...listeners]) listener();
  }

  async function follow(): Promise<unknown> {
    const requestId = randomUUID();
    const authorization = await authorize(serviceItself('gateway'), identity);
    const payload = { query, extensions: { authorization, requestId } };
    return await upstreams.subscribe(identity, payload, onEvent, signal);
  }

  async function followOn(): Promise<void> {
    for (;;) {
      const ending = await follow().catch((error: unknown) => error);
      if (signal.aborted) return;
      if (failures === 0) logger.warn('revocations are not known now; asking again', { ending });
      failures += 1;
      await delay(backOffMs(failures), undefined, { signal });
    }
  }

  followOn().catch(() => undefined); // it was disposed
  return {
    get isReady() {
      return isReady;
    },
    isRevoked: (access) => tokens.has(access),
    onRevoked: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    [Symbol.dispose]: () => {
      leaving.abort();
    },
  };
}

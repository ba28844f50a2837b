/** Who calls, as the gateway or a sibling vouches for it. */
export interface Principal {
  /** Of a person (`usr_…`), or `anonymous`, or of a service that acts of its own accord (`svc_orders`). */
  readonly id: string;
  /** What the caller may do, such as `orders:read:own`. */
  readonly scopes: ReadonlySet<string>;
  /** The session that the person signed in with, if any. */
  readonly sessionId: string | null;
  /** The service that vouches: `gateway`, or the sibling itself. */
  readonly issuer: string;
}

const anonymousId = 'anonymous';

/** Nobody signed in: what everyone may do. */
export function anonymous(issuer: string): Principal {
  return { id: anonymousId, scopes: new Set(), sessionId: null, issuer };
}

/** A service that acts of its own accord, such as the purchase that reserves stock. */
export function serviceItself(name: string): Principal {
  return { id: `svc_${name}`, scopes: new Set(), sessionId: null, issuer: name };
}

export function isAnonymous({ id }: Principal): boolean {
  return id === anonymousId;
}

/** Whether the call comes from that sibling itself; the gateway can't sign in its name. */
export function isService({ id, issuer }: Principal, name: string): boolean {
  return issuer === name && id === `svc_${name}`;
}

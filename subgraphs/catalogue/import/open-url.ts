import { lookup as resolveName, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, request } from 'undici';
import { RowProblem } from '../domain/importing/source-row.ts';
import { isPublicAddress } from './addresses.ts';
import type { OpenSource } from './read-source.ts';
import { UnreadableSource } from './rows.ts';

export interface UrlSourceOptions {
  /** The hosts that may be asked, with a port where it isn't the scheme's own. */
  readonly hosts: readonly string[];
  readonly bytesMax: number;
  /** For all of it. */
  readonly timeoutMs: number;
  /** How names are resolved; the system's way unless told. */
  readonly resolve?: Resolve;
  /** Which addresses may be connected to; the public ones unless told. */
  readonly mayConnect?: (address: string) => boolean;
}

export type Resolve = (
  name: string,
  callback: (error: Error | null, addresses: readonly LookupAddress[]) => void,
) => void;

/** Why an import may not read this URL, or null. */
export function urlProblem(source: string, hosts: readonly string[]): string | null {
  const url = URL.parse(source);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    return 'Give a URL with https: or http:.';
  }
  if (url.username !== '' || url.password !== '') return 'Give a URL without a user or a password.';
  return hosts.includes(url.host) ? null : 'The host is not on the list of those that may be read.';
}

/**
 * Reads from a host on the list, if its address is public. The address that was checked is the one that is
 * connected to, whatever the name leads to later; redirects are not followed.
 */
export function createUrlSource(options: UrlSourceOptions): OpenSource & AsyncDisposable {
  const {
    hosts,
    bytesMax,
    timeoutMs,
    resolve = resolveAll,
    mayConnect = isPublicAddress,
  } = options;
  const agent = new Agent({
    connect: { lookup: checkedLookup(resolve, mayConnect), timeout: Math.min(timeoutMs, 10_000) },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    pipelining: 0,
  });

  async function* open(source: string, signal: AbortSignal) {
    const problem = urlProblem(source, hosts);
    if (problem !== null) throw unreadable('SOURCE_REFUSED', problem);
    const { hostname } = new URL(source);
    const literal = hostname.replace(/^\[|\]$/g, '');
    // A name is checked when it is resolved; what is no name never is.
    if (isIP(literal) !== 0 && !mayConnect(literal)) throw new AddressRefused();
    const limit = AbortSignal.timeout(timeoutMs);
    try {
      const { statusCode, headers, body } = await request(source, {
        dispatcher: agent,
        signal: AbortSignal.any([signal, limit]),
        headers: { 'accept-encoding': 'identity' },
      });
      if (statusCode !== 200) {
        throw unreadable('SOURCE_UNAVAILABLE', `The host answered with status ${statusCode}.`);
      }
      if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
        throw unreadable('SOURCE_UNAVAILABLE', 'The host answered in a compressed form.');
      }
      let size = 0;
      for await (const chunk of body as AsyncIterable<Uint8Array>) {
        size += chunk.length;
        if (size > bytesMax) {
          throw unreadable('SOURCE_TOO_LARGE', `The file is larger than ${bytesMax} bytes.`);
        }
        yield chunk;
      }
    } catch (error) {
      if (error instanceof UnreadableSource || signal.aborted) throw error;
      if (limit.aborted) {
        throw unreadable('SOURCE_TOO_SLOW', `The file took longer than ${timeoutMs} ms.`);
      }
      if (refusalIn(error)) throw new AddressRefused();
      throw unreadable('SOURCE_UNAVAILABLE', 'The host did not answer, or not to the end.', error);
    }
  }
  return Object.assign(open, { [Symbol.asyncDispose]: () => agent.destroy() });
}

class AddressRefused extends UnreadableSource {
  constructor() {
    super(sourceProblem('SOURCE_REFUSED', 'The address of the host is not a public one.'));
  }
}

/** Why the source as a whole can't be read, or no further. */
export function unreadable(code: string, message: string, cause?: unknown): UnreadableSource {
  return Object.assign(new UnreadableSource(sourceProblem(code, message)), { cause });
}

/** Of the source as a whole. */
function sourceProblem(code: string, message: string): RowProblem {
  return new RowProblem(0, 'source', code, message);
}

function checkedLookup(resolve: Resolve, mayConnect: (address: string) => boolean): LookupFunction {
  return (name, { all }, callback) => {
    resolve(name, (error, addresses) => {
      const [first] = addresses;
      if (error !== null || first === undefined) {
        callback(error ?? new Error(`${name} has no address`), '', 0);
      } else if (!addresses.every(({ address }) => mayConnect(address))) {
        callback(new AddressRefused(), '', 0);
      } else if (all === true) callback(null, [...addresses]);
      else callback(null, first.address, first.family);
    });
  };
}

const resolveAll: Resolve = (name, callback) => {
  resolveName(name, { all: true }, callback);
};

function refusalIn(error: unknown): boolean {
  for (let each = error; each instanceof Error; each = each.cause) {
    if (each instanceof AddressRefused) return true;
  }
  return false;
}

import { createErrorFormatter } from '#graphql';
import { ConfigError, integer, type Logger, type Running } from '#service';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { createVerifyAccessToken, unverified } from './authority/access-token.ts';
import { keysOf, readIssuers, signatureAlgorithms } from './authority/issuers-file.ts';
import { createSigningKeys } from './authority/signing-keys.ts';
import type { TokenIssuer } from './authority/token-issuer.ts';
import { isIntrospectionOn, readLimits } from './config.ts';
import { createGateway } from './gateway.ts';
import type { Served } from './generations/generation.ts';
import { sessionRoute } from './http/session.ts';
import { forwarding } from './subgraph-access.ts';
import { followFile } from './supergraph/follow-file.ts';
import { buildInTurns, type Supergraph } from './supergraph/supergraph.ts';

const usage = `npm run gateway -- --supergraph FILE [options]

  --supergraph FILE      the supergraph, as Apollo's composition writes it. Served anew when the file changes
  --port N               where to serve it (4000; 0 takes a free port)
  --host ADDRESS         127.0.0.1 unless said
  --subgraph NAME=URL    another address of a subgraph's graph than the file has; any number of times
  --override-label NAME  a label of @override that holds; any number of times. percent(N) needs no mention
  --issuer URL           checks authority: @authenticated, @requiresScopes and @policy ask for an access token (JWT) of
  --audience NAME        this issuer, made for this audience, and signed by a key of
  --jwks URL             this set (.well-known/jwks.json of the issuer unless said). Without an issuer nothing is
                         checked. Subgraphs are sent the client's own authorization header in either case
  --issuers FILE         more of them: [{"issuer": "…", "audience": "…"}], with "jwks", "algorithms" and "type"
                         where these matter
  --reject-unauthorized  refuses an operation whole that asks for what the caller may not use. Unless said, it is
                         carried out without that, which is null in the answer
  --introspection on|off whether clients may ask for the schema; off in production (NODE_ENV) unless said
  --connections-per-address N
                         sockets, and streams in responses, that one address may have at once (1000)
  --streams-per-person N subscriptions that one person may follow at once (200)
  --no-joins             sends equal fetches that are in flight at once each by itself
`;

const options = {
  supergraph: { type: 'string' },
  port: { type: 'string' },
  host: { type: 'string' },
  subgraph: { type: 'string', multiple: true },
  'override-label': { type: 'string', multiple: true },
  issuer: { type: 'string' },
  audience: { type: 'string' },
  jwks: { type: 'string' },
  issuers: { type: 'string' },
  'reject-unauthorized': { type: 'boolean' },
  introspection: { type: 'string' },
  'connections-per-address': { type: 'string' },
  'streams-per-person': { type: 'string' },
  'no-joins': { type: 'boolean' },
} as const;

/** What the command line asks for. */
type Flags = ReturnType<typeof flagsOf>;

const clock = () => new Date();

/**
 * Serves any supergraph by what the command line says, until disposed.
 * @throws ConfigError that names the flag.
 */
export async function serveSupergraph(
  args: readonly string[],
  logger: Logger,
  env: NodeJS.ProcessEnv = {},
): Promise<Running> {
  const flags = flagsOf(args);
  const file = flags.supergraph;
  if (file === undefined) throw new ConfigError('--supergraph', `must name a file.\n\n${usage}`);
  const issuers = await issuersOf(flags, logger);
  const verifyAccessToken =
    issuers.length === 0 ? unverified : createVerifyAccessToken({ issuers, clock });
  const session = sessionRoute({
    verifyAccessToken,
    formatError: createErrorFormatter(logger),
    clock,
  });
  const read = async (sdl: string): Promise<Served> => {
    const supergraph = await readSupergraph(sdl, file);
    return {
      supergraph: issuers.length === 0 ? { ...supergraph, requirements: new Map() } : supergraph,
      subgraphs: addressesOf(supergraph, flags.subgraph),
    };
  };
  const first = await read(await readFlagged(file));
  await using opened = new AsyncDisposableStack(); // closed here only if something below fails
  const gateway = opened.use(
    await createGateway({
      ...first,
      access: forwarding,
      verifyAccessToken,
      unauthorized: flags['reject-unauthorized'] === true ? 'reject' : 'filter',
      introspection: isIntrospectionOn('--introspection', flags.introspection, env),
      limits: readLimits(settingsOf(flags), {
        connectionsPerAddress: '--connections-per-address',
        streamsPerPerson: '--streams-per-person',
      }),
      overrideLabels: new Set(flags['override-label']),
      joins: flags['no-joins'] !== true,
      host: flags.host ?? '127.0.0.1',
      port: integer(settingsOf(flags), '--port', 4_000, { min: 0, max: 65_535 }),
      routes: issuers.length === 0 ? [] : [session],
      clock,
      logger,
    }),
  );
  opened.use(followFile({ file, replace: (sdl) => gateway.replace(sdl, read), logger }));
  return Object.assign(opened.move(), { url: gateway.url });
}

function flagsOf(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (cause) {
    const [complaint = ''] = cause instanceof Error ? cause.message.split('. ') : [];
    throw new ConfigError('npm run gateway', `${complaint}.\n\n${usage}`, { cause });
  }
}

/** By the names that they have on the command line. */
function settingsOf(flags: Flags): NodeJS.ProcessEnv {
  return {
    '--port': flags.port,
    '--connections-per-address': flags['connections-per-address'],
    '--streams-per-person': flags['streams-per-person'],
  };
}

async function readFlagged(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new ConfigError('--supergraph', `${file} can't be read`, { cause });
  });
}

async function readSupergraph(sdl: string, file: string): Promise<Supergraph> {
  try {
    return await buildInTurns(sdl);
  } catch (cause) {
    const complaint = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError('--supergraph', `${file} can't be served: ${complaint}`, { cause });
  }
}

/** The file's own addresses, but for what the flags say. */
function addressesOf(
  { subgraphs }: Supergraph,
  given: readonly string[] = [],
): ReadonlyMap<string, string> {
  const addresses = new Map(subgraphs);
  for (const pair of given) {
    const name = pair.slice(0, Math.max(0, pair.indexOf('=')));
    if (!subgraphs.has(name)) {
      const names = [...subgraphs.keys()].join(', ');
      throw new ConfigError('--subgraph', `must be NAME=URL with one of ${names}, not ${pair}`);
    }
    addresses.set(name, pair.slice(name.length + 1));
  }
  for (const [name, url] of addresses) {
    if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
      throw new ConfigError('--subgraph', `${name} has no http address, but "${url}"`);
    }
  }
  return addresses;
}

async function issuersOf(
  { issuers: file, ...flags }: Flags,
  logger: Logger,
): Promise<readonly TokenIssuer[]> {
  const flagged = flaggedIssuer(flags, logger);
  if (file === undefined) return flagged;
  const [ours] = flagged;
  const others = await readIssuers('--issuers', file, {
    ...(ours && { ours: ours.issuer }),
    clock,
    logger,
  });
  return [...flagged, ...others];
}

function flaggedIssuer(
  { issuer, audience, jwks }: Pick<Flags, 'issuer' | 'audience' | 'jwks'>,
  logger: Logger,
): readonly TokenIssuer[] {
  if (issuer === undefined) {
    if (audience === undefined && jwks === undefined) return [];
    throw new ConfigError('--issuer', 'must be given with --audience and --jwks');
  }
  if (audience === undefined) throw new ConfigError('--audience', 'must be given with --issuer');
  const url = keysOf('--jwks', { issuer, ...(jwks !== undefined && { jwks }) });
  const keys = createSigningKeys({ url, clock, logger });
  return [{ issuer, audience, algorithms: signatureAlgorithms, keys, isOurs: false }];
}

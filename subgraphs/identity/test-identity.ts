import { anonymous, type Principal } from '#auth';
import { throwAwayDatabase, type ThrowAwayDatabase } from '#database';
import { createTransact, openEvents } from '#events';
import { graphql, parse, subscribe, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { createParts, type Parts } from './parts.ts';
import { addAccount } from './store/accounts.ts';
import { openDatabase, type Database } from './store/database.ts';
import { findCredential } from './store/users.ts';

/** An identity on a database of its own and a clock that tests set. */
export interface TestIdentity extends AsyncDisposable {
  readonly place: ThrowAwayDatabase;
  readonly database: Database;
  readonly parts: Parts;
  /** Moves the clock on. */
  readonly pass: (ms: number) => void;
  /** Makes an account with the password of all, and answers with its id. */
  readonly addPerson: (email: string, role?: string) => Promise<string>;
}

export const noon = new Date('2026-11-25T12:00:00Z');
const password = 'correct horse battery staple';
export const issuer = 'https://quartermaster.example';

export async function openTestIdentity(
  otherClock?: () => Date, // which runs by itself
): Promise<TestIdentity> {
  let now = noon;
  const clock = otherClock ?? (() => now);
  const opened = new AsyncDisposableStack();
  const place = opened.use(await throwAwayDatabase(inject('postgresUrl'), 'identity'));
  const log = opened.use(await throwAwayDatabase(inject('postgresUrl'), 'events'));
  const database = openDatabase(place.url);
  opened.defer(() => database.$disconnect());
  const { bell, streams, signal } = opened.use(
    openEvents({
      source: 'identity',
      databaseUrl: place.url,
      eventsDatabaseUrl: log.url,
      report: () => undefined,
    }),
  );
  const parts = await createParts({
    database,
    transact: createTransact({ client: database, bell, source: 'identity', clock }),
    streams,
    signal,
    clock,
    sealKey: randomBytes(32),
    issuer,
    accessTokenSeconds: 900,
  });
  const passwordHash = await parts.passwords.hash(password);
  return {
    place,
    database,
    parts,
    pass: (ms) => {
      now = new Date(now.getTime() + ms);
    },
    addPerson: async (email, role = 'customer') => {
      await addAccount(database, { email, name: 'Ada', role, passwordHash }, noon);
      const credential = await findCredential(database, email);
      return credential?.userId ?? '';
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

export const nobody = anonymous('gateway');

/** The caller whom the gateway would make of an access token. */
export async function bearerOf({ parts }: TestIdentity, accessToken: string): Promise<Principal> {
  const keys = createLocalJWKSet(parts.accessTokens.jwks);
  const { payload } = await jwtVerify<{ scope: string; sid: string }>(accessToken, keys, {
    algorithms: ['EdDSA'],
    typ: 'at+jwt',
    issuer,
    audience: 'quartermaster',
    currentDate: parts.clock(),
  });
  const { sub: id = '', scope, sid: sessionId } = payload;
  return { id, scopes: new Set(scope.split(' ')), sessionId, issuer: 'gateway' };
}

/** What the house's door gives; only tests themselves may open it. */
interface Subgraph {
  readonly schema: GraphQLSchema;
  readonly contextFor: (caller: Principal) => object;
}

/** What one field of an operation answers. @throws the first error. */
export async function ask(
  { schema, contextFor }: Subgraph,
  caller: Principal,
  source: string,
  variableValues: Readonly<Record<string, unknown>> = {},
): Promise<unknown> {
  const contextValue = contextFor(caller);
  const { data, errors } = await graphql({ schema, source, contextValue, variableValues });
  if (errors?.[0]) throw errors[0].originalError ?? errors[0];
  return Object.values(data ?? {})[0];
}

/** What a subscription to revocations answers; `next` throws the first error. */
export interface Watch {
  readonly next: () => Promise<RevocationUpdate>;
  readonly end: () => Promise<void>;
}

interface RevocationUpdate {
  readonly cursor: string;
  readonly revocations: readonly {
    readonly sessionId: string | null;
    readonly subject: string | null;
    readonly before: string;
  }[];
}

const revocations = parse(`subscription ($since: String) {
  revocations(since: $since) { cursor revocations { sessionId subject before } }
}`);

export async function watchRevocations(
  { schema, contextFor }: Subgraph,
  caller: Principal,
  since: string | null = null,
): Promise<Watch> {
  const contextValue = contextFor(caller);
  const variableValues = { since };
  const stream = await subscribe({ schema, document: revocations, variableValues, contextValue });
  if (!(Symbol.asyncIterator in stream)) throw new Error(JSON.stringify(stream));
  return {
    next: async () => {
      const { value } = (await stream.next()) as { value: ExecutionResult };
      return JSON.parse(JSON.stringify(value.data?.['revocations'])) as RevocationUpdate;
    },
    end: async () => {
      await stream.return(undefined);
    },
  };
}

export interface SignInAnswer {
  readonly outcome: {
    readonly accessToken: string;
    readonly refreshToken: string;
    readonly tokenType: string;
    readonly expiresIn: number;
    readonly user: { readonly id: string; readonly email: string | null };
  } | null;
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
}

const payload = `{
  outcome { ... on Tokens { accessToken refreshToken tokenType expiresIn user { id email } } }
  userErrors { code message field }
}`;

export async function signIn(
  subgraph: Subgraph,
  input: { readonly email: string; readonly password?: string },
): Promise<SignInAnswer> {
  const source = `mutation ($input: SignInInput!) { signIn(input: $input) ${payload} }`;
  const answer = await ask(subgraph, nobody, source, { input: { password, ...input } });
  return answer as SignInAnswer;
}

export async function refresh(
  subgraph: Subgraph,
  refreshToken: string | null,
  caller: Principal = nobody,
): Promise<SignInAnswer> {
  const source = `mutation ($token: String) { refreshSession(refreshToken: $token) ${payload} }`;
  return (await ask(subgraph, caller, source, { token: refreshToken })) as SignInAnswer;
}

/** Tokens of a sign-in that must succeed. */
export async function tokensOf(subgraph: Subgraph, email: string) {
  const { outcome, userErrors } = await signIn(subgraph, { email });
  if (outcome === null) throw new Error(`refused: ${JSON.stringify(userErrors)}`);
  return outcome;
}

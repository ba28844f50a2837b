import { queries } from '../peers/gateways/queries.ts';
import type { Front } from './front.ts';
import { gateways, type Gateway } from './gateways.ts';
import type { Load } from './load.ts';
import type { Tokens } from './tokens.ts';
import { coldTrial, loadTrial, shareOfChecks, withColdAlias, type Trial } from './trial.ts';

/** One question, asked of all gateways as they are started for it. */
export interface Table {
  readonly name: string;
  readonly title: string;
  readonly contenders: readonly Contender[];
  /** Whether subgraphs get the client's `authorization`. */
  readonly forwards: boolean;
  /** Whether it takes a token with a scope to use all of it. */
  readonly supergraph: 'open' | 'guarded';
  readonly trials: (front: Front, tokens: Tokens) => readonly Trial[];
}

export interface Contender {
  readonly gateway: Gateway;
  readonly title: string;
  readonly joins: boolean;
  /** Whether it checks tokens, and what they allow. */
  readonly checks?: boolean;
}

const { big, middle, small } = queries;
const joining = gateways.map((gateway) => ({ gateway, title: gateway.title, joins: true }));
const ours = gateways.filter(({ name }) => name === 'ours');
const withAndWithoutChecks = [false, true].flatMap((checks) =>
  ours.map((gateway) => ({
    gateway,
    title: `${gateway.title}, ${checks ? 'checking' : 'not checking'}`,
    joins: false,
    checks,
  })),
);
const apart = gateways.flatMap((gateway) => [
  { gateway, title: gateway.title, joins: false },
  // It is known by what it does by default.
  ...(gateway.name === 'hive-router'
    ? [{ gateway, title: `${gateway.title}, joining`, joins: true }]
    : []),
]);

export const tables: readonly Table[] = [
  {
    name: 'apart',
    title: 'Equal requests, each with fetches of its own',
    contenders: apart,
    forwards: false,
    supergraph: 'open',
    trials: (front) => loads('all equal', front),
  },
  {
    name: 'joined',
    title: 'Equal requests, equal fetches in flight joined where the gateway does so by default',
    contenders: joining,
    forwards: false,
    supergraph: 'open',
    trials: (front) => loads('all equal', front),
  },
  {
    name: 'callers',
    title: 'Another `authorization` in each request, forwarded to the subgraphs',
    contenders: joining,
    forwards: true,
    supergraph: 'open',
    trials: (front) => loads('another caller each', front),
  },
  {
    name: 'cold',
    title: 'Operations seen for the first time, while known ones keep the gateway busy',
    contenders: joining,
    forwards: false,
    supergraph: 'open',
    trials: () => {
      const warm = { query: middle, kind: 'all equal', connections: 10 } as const;
      const cold = { kind: 'another operation each' } as const;
      return [
        coldTrial(
          'first seen: middle, 4 connections pausing 100 ms; known: middle, 10 connections',
          { ...cold, query: withColdAlias(middle), connections: 4, pauseMs: 100 },
          warm,
        ),
        coldTrial(
          'first seen: big, 1 connection pausing 200 ms; known: middle, 10 connections',
          { ...cold, query: withColdAlias(big), connections: 1, pauseMs: 200 },
          warm,
        ),
      ];
    },
  },
  {
    name: 'authority',
    title: 'What checking authority costs',
    contenders: withAndWithoutChecks,
    forwards: false,
    supergraph: 'guarded',
    trials: authorityTrials,
  },
];

function authorityTrials(front: Front, tokens: Tokens): readonly Trial[] {
  const trial = (title: string, load: Load) => loadTrial(title, load, front, shareOfChecks);
  const { authorization } = tokens;
  const asked = [
    { name: 'middle', query: middle, connections: 50 },
    { name: 'small', query: small, connections: 50 },
  ];
  return [
    trial('small, nobody in particular', { query: small, kind: 'all equal', connections: 50 }),
    ...asked.flatMap(({ name, ...load }) => [
      trial(`${name}, a token that is known`, { ...load, kind: 'all equal', authorization }),
      trial(`${name}, another token each`, { ...load, kind: 'another token each', tokens }),
    ]),
  ];
}

function loads(kind: 'all equal' | 'another caller each', front: Front): readonly Trial[] {
  return [
    loadTrial('big, 10 connections', { query: big, kind, connections: 10 }, front),
    loadTrial('middle, 50 connections', { query: middle, kind, connections: 50 }, front),
    loadTrial('small, 50 connections', { query: small, kind, connections: 50 }, front),
  ];
}

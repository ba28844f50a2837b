import { Child } from '../gateway/child.ts';
import { gatewayCpu } from '../gateway/machine.ts';

/** What passes a subgraph's stream on to clients. */
export interface Contender {
  readonly title: string;
  readonly args: (start: Start) => readonly string[];
}

export interface Start {
  /** A file. */
  readonly supergraph: string;
  /** Where the subgraph's graph is. */
  readonly subgraphUrl: string;
  /** Whether each client's stream is one of its own at the subgraph. */
  readonly isApart: boolean;
}

export interface Server extends AsyncDisposable {
  /** Of the graph. */
  readonly url: string;
  readonly pid: number;
}

const root = new URL('../../', import.meta.url).pathname;
const noLimit = '100000';

/** The first is what the other is compared with. */
export const contenders: readonly Contender[] = [
  {
    title: 'bare `ws`',
    args: ({ subgraphUrl, isApart }) => [
      'bench/streams/bare-main.ts',
      subgraphUrl,
      ...(isApart ? ['apart'] : []),
    ],
  },
  {
    title: 'Quartermaster',
    args: ({ supergraph }) => [
      ...['gateway/serve.ts', '--supergraph', supergraph, '--port', '0'],
      ...['--connections-per-address', noLimit, '--streams-per-person', noLimit],
    ],
  },
];

/** Starts one, alone on its CPU. */
export async function startContender({ args }: Contender, start: Start): Promise<Server> {
  return await startServer(args(start), gatewayCpu);
}

/** Starts a file of ours that prints where it serves a graph. */
export async function startServer(args: readonly string[], cpu: number): Promise<Server> {
  const child = new Child({ file: process.execPath, args, folder: root }, cpu);
  const url = /http:\/\/[^\s,]+\/graphql/.exec(await child.firstLine)?.[0];
  const { pid } = child;
  if (url === undefined) {
    const { lastWords } = child;
    await child[Symbol.asyncDispose]();
    throw new Error(`${args.join(' ')}: ${lastWords}`);
  }
  return {
    url,
    pid,
    [Symbol.asyncDispose]: async () => {
      await child[Symbol.asyncDispose]();
    },
  };
}

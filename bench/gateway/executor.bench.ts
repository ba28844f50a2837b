import { buildOperationContext, executeQueryPlan, type ServiceMap } from '@apollo/gateway';
import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import type { GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface';
import { execute, parse } from 'graphql';
import assert from 'node:assert/strict';
import { compilePlan } from '../../gateway/executor/compile-plan.ts';
import { queries } from '../peers/gateways/queries.ts';
import { composeSupergraph, subgraphs } from '../peers/gateways/subgraphs.ts';
import { median } from './statistics.ts';

/**
 * The executor against Apollo's own, by CPU time, on answers of subgraphs that are ready in memory as text: what
 * is left is parsing, merging, shaping and writing. Run it with `node bench/gateway/executor.bench.ts`.
 */
const rounds = 9;
const roundMs = 400;

const supergraph = Supergraph.build(composeSupergraph());
const apiSchema = supergraph.apiSchema();
const publicSchema = apiSchema.toGraphQLJSSchema();
const fullSchema = supergraph.schema.toGraphQLJSSchema();
const planner = new QueryPlanner(supergraph);

/** Executes what is asked the first time through; after that the answers come in the same order again. */
function createSubgraphs() {
  const answers: string[] = [];
  let next = 0;

  async function answer(service: string, body: string): Promise<string> {
    const schema = subgraphs[service];
    if (!schema) throw new Error(`no subgraph ${service}`);
    const { query, variables } = JSON.parse(body) as { query: string; variables?: object };
    const result = await execute({
      schema,
      document: parse(query),
      ...(variables && { variableValues: { ...variables } }),
    });
    const text = JSON.stringify(result);
    answers.push(text);
    next += 1;
    return text;
  }

  return {
    ask: (service: string, body: string) => {
      const known = answers[next];
      if (known === undefined) return answer(service, body);
      next += 1;
      return Promise.resolve(known);
    },
    replay: () => {
      next = 0;
    },
  };
}

interface Request {
  readonly query: string;
  readonly operationName?: string;
  readonly variables?: object;
}

interface Contender {
  readonly name: string;
  readonly run: () => Promise<string>;
}

function contendersFor(query: string): readonly [Contender, Contender] {
  const document = parse(query);
  const plan = planner.buildQueryPlan(operationFromDocument(apiSchema, document));
  const compiled = compilePlan({ plan, document, publicSchema, fullSchema });
  const context = buildOperationContext({ schema: publicSchema, operationDocument: document });
  const [forStock, forCompiled] = [createSubgraphs(), createSubgraphs()];
  const services = Object.fromEntries(
    Object.keys(subgraphs).map((service) => [
      service,
      {
        process: async ({ request }: { request: Request }) => {
          const { query, operationName, variables } = request;
          const body = JSON.stringify({ query, operationName, variables });
          return JSON.parse(await forStock.ask(service, body)) as object;
        },
      },
    ]),
  );
  const request = { request: {}, context: {}, metrics: {} };
  return [
    {
      name: 'stock',
      run: async () => {
        forStock.replay();
        const answer = await executeQueryPlan(
          plan,
          services as unknown as ServiceMap,
          request as unknown as GatewayGraphQLRequestContext,
          context,
          fullSchema,
          apiSchema,
        );
        return JSON.stringify(answer);
      },
    },
    {
      name: 'compiled',
      run: async () => {
        forCompiled.replay();
        const { data } = await compiled({
          variables: {},
          fetch: ({ service, body }) => forCompiled.ask(service, body),
        });
        return `{"data":${data}}`;
      },
    },
  ];
}

async function measure({ run }: Contender): Promise<number> {
  const started = process.cpuUsage();
  const until = performance.now() + roundMs;
  let runs = 0;
  while (performance.now() < until) {
    Buffer.byteLength(await run()); // as sending it does, which flattens it
    runs += 1;
  }
  const { user, system } = process.cpuUsage(started);
  return (user + system) / runs;
}

for (const [name, query] of Object.entries(queries)) {
  const [stock, compiled] = contendersFor(query);
  const texts = [await stock.run(), await compiled.run()];
  assert.equal(texts[1], texts[0]);
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    times[0].push(await measure(stock));
    times[1].push(await measure(compiled));
  }
  const [stockUs, compiledUs] = [median(times[0]), median(times[1])];
  console.log(
    `${name.padEnd(7)} ${(texts[0]?.length ?? 0) / 1000} kB: stock ${stockUs.toFixed(0)} µs, compiled ${compiledUs.toFixed(0)} µs: ${(stockUs / compiledUs).toFixed(1)} ×`,
  );
}

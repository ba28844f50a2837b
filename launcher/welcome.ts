import type { Quartermaster } from './launcher.ts';

/** What a newcomer needs first. */
export function welcome({ url, isDemo, logsFolder }: Quartermaster, seconds: number): string {
  const accounts = `
  Accounts    customer@example.com  second@example.com  operator@example.com  admin@example.com
  Password    let-me-try-the-demo-2026`;
  return `
Quartermaster runs (after ${seconds.toFixed(1)} s).

  GraphQL     ${url}/graphql (subscriptions too, over graphql-transport-ws)
  GraphiQL    ${url}/graphiql${isDemo ? accounts : ''}
  Logs        ${logsFolder}

A first query, for GraphiQL:

${firstQuery.replaceAll(/^/gm, '  ')}

Ctrl-C stops it. Beside it, \`npm run doctor\` tells how it is.
`;
}

const firstQuery = `{
  products(query: "m7i large", first: 3) {
    nodes {
      slug
      name
      variants(first: 2) { nodes { sku price { unitPrice { amount currency } period } } }
    }
  }
}`;

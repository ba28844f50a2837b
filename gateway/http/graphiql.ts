import type { Route } from '#service';
import { ruruHTML } from 'ruru/server';
import { getStaticFile } from 'ruru/static';

const staticPath = '/graphiql/static/';

/** Works for everybody, as does all of it. */
export const firstQuery = `# To act as somebody, put {"Authorization": "Bearer <access token>"} under "Headers".
{
  products(query: "m7i", first: 5) {
    nodes {
      slug
      name
      variants(first: 2) {
        nodes {
          sku
          prices {
            unitPrice {
              amount
              currency
            }
          }
        }
      }
    }
  }
}
`;

const withoutSchema = `# Introspection is off here, so there is nothing to complete and no documentation: only what you know by heart.
# Whoever runs the gateway may turn it on, by GATEWAY_INTROSPECTION=on or --introspection on.
`;

export interface GraphiqlOptions {
  /** Whether it may ask for the schema. */
  readonly introspection: boolean;
}

/** GraphiQL with all of its files from this machine; subscriptions go over graphql-transport-ws. */
export function graphiqlRoute({ introspection }: GraphiqlOptions): Route {
  const page = ruruHTML({
    staticPath,
    endpoint: '/graphql',
    subscriptionEndpoint: '/graphql',
    clientConfig: { defaultQuery: introspection ? firstQuery : withoutSchema + firstQuery },
    htmlParts: { titleTag: '<title>Quartermaster</title>' },
  });

  return async ({ headers }, response, { pathname }) => {
    if (pathname === '/graphiql') {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
      return true;
    }
    if (!pathname.startsWith(staticPath)) return false;
    const file = await getStaticFile({
      staticPath,
      urlPath: pathname,
      acceptEncoding: headers['accept-encoding'],
      disallowDevAssets: true,
    });
    if (file === null) return false;
    if (headers['if-none-match'] === file.headers['etag']) response.writeHead(304).end();
    else response.writeHead(200, file.headers).end(file.content);
    return true;
  };
}

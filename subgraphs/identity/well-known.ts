import { sendJson, type Route } from '#service';
import type { JSONWebKeySet } from 'jose';

const maxAgeSeconds = 300;

/** `/.well-known/jwks.json` (RFC 7517): what verifies access tokens, for everyone. */
export function jwksRoute(jwks: JSONWebKeySet): Route {
  return ({ method }, response, { pathname }) => {
    if (pathname !== '/.well-known/jwks.json' || method !== 'GET') return false;
    response.setHeader('cache-control', `public, max-age=${maxAgeSeconds}`);
    sendJson(response, 200, jwks);
    return true;
  };
}

import { problemOf } from '#service';
import type { GraphQLFormattedError } from 'graphql';
import type { JsonSchema } from './json-schema.ts';

/** Whether all that it says is that somebody is away. */
export function isOutage(error: GraphQLFormattedError): boolean {
  return problemOf(error).status === 503;
}

export const problemSchema: JsonSchema = {
  type: 'object',
  description: 'Problem details (RFC 9457).',
  properties: {
    type: { const: 'about:blank', description: '`code` says which problem it is.' },
    title: { type: 'string', description: 'What the status means.' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'Stable; the same as in GraphQL: `BAD_USER_INPUT`.' },
    detail: { type: 'string', description: 'For people: what is wrong, and what to do.' },
    field: { type: 'string', description: 'The parameter that is wrong.' },
    incident: { type: 'string', description: 'What to quote, where the fault is ours.' },
  },
  required: ['type', 'title', 'status', 'code', 'detail'],
};

import type { estypes } from '@elastic/elasticsearch';
import { createHash } from 'node:crypto';

/**
 * What is kept of a product: that which PostgreSQL's searches read of it, in the same words and numbers. Nothing
 * here needs more of Elasticsearch than its core.
 */
const mappings = {
  dynamic: 'strict',
  // Raised when documents are made otherwise of the same columns.
  _meta: { documents: 1 },
  properties: {
    // The product's uuid; in its text the order is that of its bytes.
    id: { type: 'keyword' },
    slug: { type: 'keyword', doc_values: false },
    status: { type: 'keyword', doc_values: false },
    sortKey: { type: 'keyword', index: false },
    nameLength: { type: 'integer', index: false },
    // A short name is met more fully.
    brevity: { type: 'float', index: false },
    // All that it is found by; and those terms apart that say more than the description's.
    terms: { type: 'keyword', doc_values: false },
    nameTerms: { type: 'keyword', doc_values: false },
    factTerms: { type: 'keyword', doc_values: false },
    codeTerms: { type: 'keyword', doc_values: false },
    // All terms as they follow each other.
    told: { type: 'text', analyzer: 'whitespace', norms: false },
    // The numbers of its facts; as keywords, since they are compared and counted, and never ordered.
    facts: { type: 'keyword', eager_global_ordinals: true },
    optionCount: { type: 'integer' },
    offers: {
      type: 'nested',
      properties: {
        currency: { type: 'keyword', doc_values: false },
        // From the first millisecond to before the last, of the epoch.
        from: { type: 'long' },
        until: { type: 'long' },
        facts: { type: 'keyword', eager_global_ordinals: true },
        amount: { type: 'double' },
      },
    },
    // Of the one document that is no product: how far the index has followed the log.
    position: { type: 'long', index: false },
    log: { type: 'keyword', index: false },
  },
} as const satisfies estypes.MappingTypeMapping;

const settings = {
  number_of_shards: 1,
  auto_expand_replicas: '0-1',
  refresh_interval: '1s',
  // Each offer is one, and a product may have thousands.
  mapping: { nested_objects: { limit: 100_000 } },
} as const satisfies estypes.IndicesIndexSettings;

export const definition = { mappings, settings };

/** Another one has an index of its own, so that old and new processes find what they know. */
const hash = createHash('sha256').update(JSON.stringify(definition)).digest('hex').slice(0, 8);

/** The name under which the index that serves is found. */
export function aliasOf(prefix: string): string {
  return `${prefix}-${hash}`;
}

/** The indices of definitions that went before, the newest first; their names end with when they were made. */
export function formerIndices(prefix: string, names: readonly string[]): string[] {
  const madeAt = (name: string) => {
    if (!name.startsWith(`${prefix}-`) || name.startsWith(aliasOf(prefix))) return null;
    return /^[0-9a-f]{8}-(\d+)$/.exec(name.slice(prefix.length + 1))?.[1] ?? null;
  };
  return names
    .filter((name) => madeAt(name) !== null)
    .toSorted((left, right) => Number(madeAt(right)) - Number(madeAt(left)));
}

/** The document that says how far an index has followed the log. */
export const positionId = 'position';

import { LRUCache } from 'lru-cache';
import type { Grants } from '../authority/access.ts';
import type { Rights } from '../authority/filter.ts';
import { refusedVariables } from '../authority/input-needs.ts';
import { accessKey } from '../authority/requirements.ts';
import type { HoldingLabels } from '../supergraph/override-labels.ts';
import type { Operation } from './operations.ts';

/** What something is made for: everyone who may use as much of the operation. */
export interface Making extends Rights {
  readonly operation: Operation;
  /** The labels of `@override` that hold. */
  readonly labels: readonly string[];
}

/** Few operations are seen in more ways than this. */
const variantsMax = 32;

/** What was made, or is in the making, for a caller who brings these variables. */
export type OncePerAccess<Made> = (
  operation: Operation,
  grants: Grants,
  variables: Readonly<Record<string, unknown>>,
) => Made | Promise<Made>;

/**
 * Makes something of an operation once for all who may use the same of it, and keeps it as long as the operation.
 * Those who ask for it while it is in the making wait for the same; what fails is forgotten.
 */
export function oncePerAccess<Made extends object>(
  holdingLabels: HoldingLabels,
  make: (making: Making) => Promise<Made>,
): OncePerAccess<Made> {
  const made = new WeakMap<Operation, LRUCache<string, Made | Promise<Made>>>();

  function variantsOf(operation: Operation): LRUCache<string, Made | Promise<Made>> {
    const known = made.get(operation) ?? new LRUCache({ max: variantsMax });
    made.set(operation, known);
    return known;
  }

  return (operation, grants, variables) => {
    const variants = variantsOf(operation);
    const labels = holdingLabels();
    const refused = refusedVariables(operation.guardedVariables, variables, grants);
    const key = `${accessKey(operation.needs, grants)} ${refused.join()} ${labels.join()}`;
    const known = variants.get(key);
    if (known !== undefined) return known;
    const making = make({ operation, grants, refusedVariables: new Set(refused), labels });
    variants.set(key, making);
    making.then(
      (ready) => variants.set(key, ready),
      () => variants.delete(key),
    );
    return making;
  };
}

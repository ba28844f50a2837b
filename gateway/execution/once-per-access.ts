import type { Principal } from '#auth';
import { LRUCache } from 'lru-cache';
import { accessKey } from '../authority/requirements.ts';
import type { HoldingLabels } from '../supergraph/override-labels.ts';
import type { Operation } from './operations.ts';

/** What something is made for: everyone who may see as much of the operation as the caller. */
export interface Making {
  readonly operation: Operation;
  readonly caller: Principal;
  /** The labels of `@override` that hold. */
  readonly labels: readonly string[];
}

/** Few operations are seen in more ways than this. */
const variantsMax = 32;

/**
 * Makes something of an operation once for all who may see the same of it, and keeps it as long as the operation.
 * Those who ask for it while it is in the making wait for the same; what fails is forgotten.
 */
export function oncePerAccess<Made extends object>(
  holdingLabels: HoldingLabels,
  make: (making: Making) => Promise<Made>,
): (operation: Operation, caller: Principal) => Made | Promise<Made> {
  const made = new WeakMap<Operation, LRUCache<string, Made | Promise<Made>>>();

  function variantsOf(operation: Operation): LRUCache<string, Made | Promise<Made>> {
    const known = made.get(operation) ?? new LRUCache({ max: variantsMax });
    made.set(operation, known);
    return known;
  }

  return (operation, caller) => {
    const variants = variantsOf(operation);
    const labels = holdingLabels();
    const key = `${accessKey(operation.needs, caller)} ${labels.join()}`;
    const known = variants.get(key);
    if (known !== undefined) return known;
    const making = make({ operation, caller, labels });
    variants.set(key, making);
    making.then(
      (ready) => variants.set(key, ready),
      () => variants.delete(key),
    );
    return making;
  };
}

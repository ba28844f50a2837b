import { isInterfaceType, isObjectType, type Schema } from '@apollo/federation-internals';

/** The labels of `@override(from:, label:)`, as the join spec keeps them at each field; sorted. */
export function overrideLabelsOf(schema: Schema): readonly string[] {
  const labels = new Set<string>();
  for (const type of schema.types()) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const { appliedDirectives } of type.fields()) {
      for (const directive of appliedDirectives) {
        const { overrideLabel } = directive.arguments() as { readonly overrideLabel?: string };
        if (overrideLabel !== undefined) labels.add(overrideLabel);
      }
    }
  }
  return [...labels].toSorted();
}

/** Which labels hold for one request. */
export type HoldingLabels = () => readonly string[];

/**
 * `percent(10)` holds for one request in ten, taken at random; any other label holds if it is among those that
 * are on. (https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/reference/directives#override)
 */
export function createHoldingLabels(
  labels: readonly string[],
  on: ReadonlySet<string>,
  random: () => number = Math.random,
): HoldingLabels {
  const shares = labels.map((label) => {
    const percent = /^percent\((\d+(?:\.\d+)?)\)$/.exec(label)?.[1];
    const share = percent === undefined ? Number(on.has(label)) : Number(percent) / 100;
    return { label, share };
  });
  const always = shares.filter(({ share }) => share >= 1).map(({ label }) => label);
  if (shares.every(({ share }) => share <= 0 || share >= 1)) return () => always;
  return () => shares.filter(({ share }) => random() < share).map(({ label }) => label);
}

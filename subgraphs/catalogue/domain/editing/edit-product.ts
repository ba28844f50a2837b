import { Refusal } from '#errors';
import { nameProblem, slugProblem } from '../names.ts';
import { noParts, type ProductRecord } from '../product-record.ts';
import type { CreateProductInput, UpdateProductInput } from './input.ts';
import { withParts } from './read-parts.ts';
import { withVariants } from './variants.ts';

/** A draft of what the input says. */
export function newProduct(input: CreateProductInput): ProductRecord | Refusal {
  const { slug, name, kind, variants } = input;
  const problem = slugProblem(slug) ?? nameProblem(name);
  if (problem !== null) return problem;
  const draft = withParts({ ...nothing, slug, name, kind }, input);
  return draft instanceof Refusal ? draft : withVariants(draft, variants ?? null);
}

const nothing = {
  description: '',
  status: 'DRAFT',
  brand: null,
  provisioningTemplateKey: null,
  configurationFields: [],
  characteristics: [],
  ...noParts,
  options: [],
  variants: [],
} as const;

/** The record with what the input names. */
export function updateProduct(
  record: ProductRecord,
  input: UpdateProductInput,
): ProductRecord | Refusal {
  const name = input.name === undefined ? record.name : (input.name ?? '');
  return nameProblem(name) ?? withParts({ ...record, name }, input);
}

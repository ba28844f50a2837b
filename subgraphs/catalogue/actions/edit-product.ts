import type { Principal } from '#auth';
import { NotFound, Refusal, Unavailable } from '#errors';
import { newProduct, updateProduct } from '../domain/editing/edit-product.ts';
import type {
  CreateProductInput,
  PriceInput,
  UpdateProductInput,
  VariantInput,
} from '../domain/editing/input.ts';
import { withPrices, withVariants } from '../domain/editing/variants.ts';
import { staleProblem } from '../domain/names.ts';
import { textProblem } from '../domain/plain-input.ts';
import { differenceOf } from '../domain/product-change.ts';
import type { ProductRecord } from '../domain/product-record.ts';
import type { Product, ProductStatus, Variant } from '../domain/product.ts';
import type { Parts } from '../parts.ts';
import type { WholeProduct } from '../store/whole-products.ts';
import { schemaProblem } from './check-schemas.ts';
import { demandKeeper } from './demand-keeper.ts';
import { refusingTakenSkus } from './refuse-taken-skus.ts';

type EditParts = Pick<Parts, 'productEdits' | 'products' | 'variants' | 'clock'>;

/** Adds a draft, for those who keep the catalogue alone until it is published. */
export async function createProduct(
  parts: EditParts,
  caller: Principal,
  input: CreateProductInput,
): Promise<Product | Refusal> {
  demandKeeper(caller);
  const record = textProblem(input) ?? newProduct(input);
  if (record instanceof Refusal) return record;
  const author = { actor: caller.id, now: parts.clock() };
  const id =
    schemaProblem(record) ??
    (await refusingTakenSkus(record.variants, () => parts.productEdits.create(record, author)));
  return id instanceof Refusal ? id : await readProduct(parts, caller, id);
}

/** Changes what the input names of a product. */
export async function editProduct(
  parts: EditParts,
  caller: Principal,
  input: UpdateProductInput,
): Promise<Product | Refusal> {
  return await change(parts, caller, textProblem(input), input, (record) => {
    const edited = updateProduct(record, input);
    const isToCheck =
      !(edited instanceof Refusal) && edited.configurationFields !== record.configurationFields;
    return isToCheck ? (schemaProblem(edited) ?? edited) : edited;
  });
}

/** Puts a product on sale, or ends that; orders of it stay as they are. */
export async function setProductStatus(
  parts: EditParts,
  caller: Principal,
  status: ProductStatus,
  wanted: Wanted,
): Promise<Product | Refusal> {
  return await change(parts, caller, null, wanted, (record) => ({ ...record, status }));
}

/** Adds variants to a product, or changes them by SKU. */
export async function editVariants(
  parts: EditParts,
  caller: Principal,
  variants: readonly VariantInput[],
  wanted: Wanted,
): Promise<Product | Refusal> {
  return await refusingTakenSkus(variants, () =>
    change(parts, caller, textProblem({ variants }), wanted, (record) =>
      withVariants(record, variants),
    ),
  );
}

/** Which product or variant, as its caller names it. */
export interface Wanted {
  readonly id: string;
  /** The argument that has the id. */
  readonly idField?: string;
  readonly expectedVersion?: number | null | undefined;
}

async function change(
  parts: EditParts,
  caller: Principal,
  problem: Refusal | null,
  { id, idField = 'id', expectedVersion }: Wanted,
  edit: (record: ProductRecord) => ProductRecord | Refusal,
): Promise<Product | Refusal> {
  demandKeeper(caller);
  if (problem !== null) return problem;
  const refused = await saveEdit(
    parts,
    caller,
    idField,
    () => parts.productEdits.find(caller, id),
    ({ product, record }) => staleProblem(product.version, expectedVersion) ?? edit(record),
  );
  return refused ?? (await readProduct(parts, caller, id));
}

/** Replaces all prices of a variant; `expectedVersion` is the variant's. Carts that quoted others are told so. */
export async function setVariantPrices(
  parts: EditParts,
  caller: Principal,
  prices: readonly PriceInput[],
  { id, idField = 'id', expectedVersion }: Wanted,
): Promise<Variant | Refusal> {
  demandKeeper(caller);
  const refused =
    textProblem({ prices }) ??
    (await saveEdit(
      parts,
      caller,
      idField,
      () => parts.productEdits.findByVariant(caller, id),
      ({ variants, record }) => {
        const variant = variants.find((each) => each.id === id);
        if (variant === undefined) throw new NotFound(id);
        return (
          staleProblem(variant.version, expectedVersion) ?? withPrices(record, variant.sku, prices)
        );
      },
    ));
  if (refused !== null) return refused;
  const [variant] = await parts.variants.findVariantsById(caller, [id]);
  if (variant === undefined) throw new NotFound(id);
  return variant;
}

const attemptsMax = 10;

/**
 * Saves what becomes of a product, from what it is; again when somebody else was faster, who may have
 * changed what decides it. What changes nothing leaves no trace.
 */
async function saveEdit(
  { productEdits, clock }: EditParts,
  caller: Principal,
  idField: string,
  find: () => Promise<WholeProduct | null>,
  edit: (known: WholeProduct) => ProductRecord | Refusal,
): Promise<Refusal | null> {
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const known = await find();
    if (known === null)
      return new Refusal('NOT_FOUND', 'There is nothing with that id.', [idField]);
    const edited = edit(known);
    if (edited instanceof Refusal) return edited;
    if (differenceOf(known.record, edited) === null) return null;
    const author = { actor: caller.id, now: clock() };
    const saved = await productEdits.save(known, edited, author);
    if (saved instanceof Refusal) return saved;
    if (saved) return null;
  }
  throw new Unavailable('catalogue');
}

async function readProduct(
  { products }: EditParts,
  caller: Principal,
  id: string,
): Promise<Product> {
  const [product] = await products.findProductsById(caller, [id]);
  if (product === undefined) throw new NotFound(id);
  return product;
}

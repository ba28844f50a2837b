import type { Principal } from '#auth';
import type { Refusal } from '#errors';
import { cancelCatalogueImport } from './actions/cancel-catalogue-import.ts';
import {
  createProduct,
  editProduct,
  editVariants,
  setProductStatus,
  setVariantPrices,
  type Wanted,
} from './actions/edit-product.ts';
import { saveCategory } from './actions/save-category.ts';
import {
  startCatalogueImport,
  type StartCatalogueImport,
} from './actions/start-catalogue-import.ts';
import { watchCatalogueImport } from './actions/watch-catalogue-import.ts';
import { watchProducts } from './actions/watch-products.ts';
import type { CatalogueImport, ImportProblem } from './domain/catalogue-import.ts';
import type { Category, CategoryInput } from './domain/category.ts';
import type {
  CreateProductInput,
  PriceInput,
  UpdateProductInput,
  VariantInput,
} from './domain/editing/input.ts';
import type { Buyer } from './domain/price.ts';
import type { Product, ProductStatus, Variant } from './domain/product.ts';
import type { ProductUpdate } from './domain/product-update.ts';
import type { ProductMatches, Suggestion } from './domain/product-matches.ts';
import type { ProductSearch } from './domain/search.ts';
import { createLoaders, type Loaders } from './loaders.ts';
import type { Parts } from './parts.ts';
import type { Page } from './store/imports.ts';
import type { Answered } from './store/search/engine.ts';

/** What the resolvers of one request see: the caller is bound already. */
export interface CatalogueContext {
  readonly loaders: Loaders;
  readonly searchProducts: (search: ProductSearch) => ProductMatches;
  readonly suggestProducts: (typed: string, limit: number) => Promise<Suggestion[]>;
  readonly findRootCategories: () => Promise<Category[]>;
  readonly actions: {
    saveCategory(input: CategoryInput): Promise<Category | Refusal>;
    createProduct(input: CreateProductInput): Promise<Product | Refusal>;
    editProduct(input: UpdateProductInput): Promise<Product | Refusal>;
    setProductStatus(status: ProductStatus, wanted: Wanted): Promise<Product | Refusal>;
    editVariants(variants: readonly VariantInput[], wanted: Wanted): Promise<Product | Refusal>;
    setVariantPrices(prices: readonly PriceInput[], wanted: Wanted): Promise<Variant | Refusal>;
    startCatalogueImport(input: StartCatalogueImport): Promise<CatalogueImport | Refusal>;
    cancelCatalogueImport(id: string): Promise<CatalogueImport | Refusal>;
    watchCatalogueImport(id: string): AsyncIterableIterator<CatalogueImport, void, void>;
    watchProducts(
      ids: readonly string[],
      since: string | null,
    ): AsyncIterableIterator<ProductUpdate, void, void>;
    listImports(page: Page): Promise<CatalogueImport[]>;
    listImportProblems(importId: string, page: Page): Promise<ImportProblem[]>;
  };
  /** What the answer tells besides its data: who searched, where that is not always the same. */
  extensions(): { readonly search?: Answered };
  /** What a buyer is without being asked; all prices of a request are of the same instant. */
  readonly buyer: Pick<Buyer, 'now' | 'shopCurrency'>;
  /** The language tags of what the caller would rather read, best first. */
  readonly languages: readonly string[];
  /** Forgets what was loaded: from now on it is loaded as the database has it, at the present instant. */
  readonly readAnew: () => void;
}

/** `stored` reads what `parts` may have kept from before. */
export function createContext(
  parts: Parts,
  caller: Principal,
  languages: readonly string[],
  stored: Parts,
): CatalogueContext {
  const buyerNow = () => ({ now: parts.clock(), shopCurrency: parts.shopCurrency });
  let loaders = createLoaders(parts, caller);
  let buyer = buyerNow();
  let answered: Answered | undefined;
  const tell = (now: Answered) => {
    if (answered?.fallback !== true) answered = now;
  };
  return {
    get loaders() {
      return loaders;
    },
    searchProducts: (search) => parts.search.search(caller, search, tell),
    suggestProducts: (typed, limit) => parts.search.suggest(caller, typed, limit, tell),
    findRootCategories: () => parts.categories.findRoots(),
    actions: {
      saveCategory: (input) => saveCategory(parts, caller, input),
      createProduct: (input) => createProduct(parts, caller, input),
      editProduct: (input) => editProduct(parts, caller, input),
      setProductStatus: (status, wanted) => setProductStatus(parts, caller, status, wanted),
      editVariants: (variants, wanted) => editVariants(parts, caller, variants, wanted),
      setVariantPrices: (prices, wanted) => setVariantPrices(parts, caller, prices, wanted),
      startCatalogueImport: (input) => startCatalogueImport(parts, caller, input),
      cancelCatalogueImport: (id) => cancelCatalogueImport(parts, caller, id),
      watchCatalogueImport: (id) => watchCatalogueImport(parts, caller, id),
      watchProducts: (ids, since) => watchProducts(stored, caller, ids, since),
      listImports: (page) => parts.imports.listImports(caller, page),
      listImportProblems: (importId, page) => parts.imports.listProblems(importId, page),
    },
    extensions: () => (answered === undefined ? {} : { search: answered }),
    get buyer() {
      return buyer;
    },
    languages,
    readAnew: () => {
      loaders = createLoaders(stored, caller);
      buyer = buyerNow();
    },
  };
}

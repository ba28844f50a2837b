import type { Principal } from '#auth';
import type { Refusal } from '#errors';
import { cancelCatalogueImport } from './actions/cancel-catalogue-import.ts';
import { saveCategory } from './actions/save-category.ts';
import {
  startCatalogueImport,
  type StartCatalogueImport,
} from './actions/start-catalogue-import.ts';
import { watchCatalogueImport } from './actions/watch-catalogue-import.ts';
import type { CatalogueImport, ImportProblem } from './domain/catalogue-import.ts';
import type { Category, CategoryInput } from './domain/category.ts';
import type { Buyer } from './domain/price.ts';
import type { ProductMatches, Suggestion } from './domain/product-matches.ts';
import type { ProductSearch } from './domain/search.ts';
import { createLoaders, type Loaders } from './loaders.ts';
import type { Parts } from './parts.ts';
import type { Page } from './store/imports.ts';

/** What the resolvers of one request see: the caller is bound already. */
export interface CatalogueContext {
  readonly loaders: Loaders;
  readonly searchProducts: (search: ProductSearch) => ProductMatches;
  readonly suggestProducts: (typed: string, limit: number) => Promise<Suggestion[]>;
  readonly findRootCategories: () => Promise<Category[]>;
  readonly actions: {
    saveCategory(input: CategoryInput): Promise<Category | Refusal>;
    startCatalogueImport(input: StartCatalogueImport): Promise<CatalogueImport | Refusal>;
    cancelCatalogueImport(id: string): Promise<CatalogueImport | Refusal>;
    watchCatalogueImport(id: string): AsyncIterableIterator<CatalogueImport, void, void>;
    listImports(page: Page): Promise<CatalogueImport[]>;
    listImportProblems(importId: string, page: Page): Promise<ImportProblem[]>;
  };
  /** What a buyer is without being asked; all prices of a request are of the same instant. */
  readonly buyer: Pick<Buyer, 'now' | 'shopCurrency'>;
}

export function createContext(parts: Parts, caller: Principal): CatalogueContext {
  return {
    loaders: createLoaders(parts, caller),
    searchProducts: (search) => parts.search.search(caller, search),
    suggestProducts: (typed, limit) => parts.search.suggest(caller, typed, limit),
    findRootCategories: () => parts.categories.findRoots(),
    actions: {
      saveCategory: (input) => saveCategory(parts, caller, input),
      startCatalogueImport: (input) => startCatalogueImport(parts, caller, input),
      cancelCatalogueImport: (id) => cancelCatalogueImport(parts, caller, id),
      watchCatalogueImport: (id) => watchCatalogueImport(parts, caller, id),
      listImports: (page) => parts.imports.listImports(caller, page),
      listImportProblems: (importId, page) => parts.imports.listProblems(importId, page),
    },
    buyer: { now: parts.clock(), shopCurrency: parts.shopCurrency },
  };
}

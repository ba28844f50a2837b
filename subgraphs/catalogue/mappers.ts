/** What the actions and loaders hand to the resolvers; read when the resolvers' types are generated. */
export const contextType = 'CatalogueContext';

export const mappers = {
  Product: '../domain/product.ts#Product as ProductModel',
  ProductUpdate: '../domain/product-update.ts#ProductUpdate as ProductUpdateModel',
  ProductVariant: '../domain/product.ts#Variant',
  Category: '../domain/category.ts#Category as CategoryModel',
  Characteristic: '../domain/product.ts#Characteristic as CharacteristicModel',
  ProductSuggestion: '../domain/product-matches.ts#Suggestion',
  ProductConnection: '../resolvers/pages.ts#ProductPage',
  ProductRelation: '../domain/product-parts.ts#ProductRelation as ProductRelationModel',
  BundleItem: '../domain/product-parts.ts#BundleItem as BundleItemModel',
  ProductChange: '../domain/product-change.ts#ProductChange as ProductChangeModel',
  CatalogueImport: '../domain/catalogue-import.ts#CatalogueImport as CatalogueImportModel',
  ProductVariantConnection: '../resolvers/pages.ts#ProductVariantPage',
};

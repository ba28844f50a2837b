-- CreateEnum
CREATE TYPE "product_relation_kind" AS ENUM ('REQUIRES', 'EXCLUDES', 'MIGRATES_TO', 'ACCESSORY', 'ALTERNATIVE');

-- AlterEnum
ALTER TYPE "product_kind" ADD VALUE 'BUNDLE';

-- AlterTable
ALTER TABLE "characteristic" ADD COLUMN     "texts" TEXT[];

-- AlterTable
ALTER TABLE "product" ADD COLUMN     "media" JSONB NOT NULL DEFAULT '[]',
ADD COLUMN     "translations" JSONB NOT NULL DEFAULT '[]';

-- CreateTable
CREATE TABLE "product_relation" (
    "product_id" UUID NOT NULL,
    "kind" "product_relation_kind" NOT NULL,
    "related_id" UUID NOT NULL,
    "position" SMALLINT NOT NULL,

    CONSTRAINT "product_relation_pkey" PRIMARY KEY ("product_id","kind","related_id")
);

-- CreateTable
CREATE TABLE "bundle_item" (
    "id" UUID NOT NULL,
    "product_id" UUID NOT NULL,
    "variant_id" UUID NOT NULL,
    "position" SMALLINT NOT NULL,
    "group" TEXT,
    "quantity" INTEGER NOT NULL,
    "min_quantity" INTEGER NOT NULL,
    "max_quantity" INTEGER NOT NULL,

    CONSTRAINT "bundle_item_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "product_relation_related_id_idx" ON "product_relation"("related_id");

-- CreateIndex
CREATE UNIQUE INDEX "bundle_item_product_id_variant_id_key" ON "bundle_item"("product_id", "variant_id");

-- CreateIndex
CREATE INDEX "bundle_item_variant_id_idx" ON "bundle_item"("variant_id");

-- AddForeignKey
ALTER TABLE "product_relation" ADD CONSTRAINT "product_relation_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "product"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "product_relation" ADD CONSTRAINT "product_relation_related_id_fkey" FOREIGN KEY ("related_id") REFERENCES "product"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bundle_item" ADD CONSTRAINT "bundle_item_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "product"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bundle_item" ADD CONSTRAINT "bundle_item_variant_id_fkey" FOREIGN KEY ("variant_id") REFERENCES "variant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Written by hand: Prisma has no word for these, and does not see them as drift.
ALTER TABLE "characteristic" DROP CONSTRAINT "characteristic_value";
ALTER TABLE "characteristic" ADD CONSTRAINT "characteristic_value" CHECK (num_nonnulls("text", "number", "boolean", "texts") = 1);
ALTER TABLE "product_relation" ADD CONSTRAINT "product_relation_other" CHECK ("product_id" <> "related_id");
ALTER TABLE "bundle_item" ADD CONSTRAINT "bundle_item_quantities" CHECK (
    "quantity" > 0 AND "min_quantity" >= 0 AND "max_quantity" > 0 AND "min_quantity" <= "max_quantity"
);

-- A list has each of its values.
CREATE OR REPLACE FUNCTION product_facts(product_ids UUID[]) RETURNS TABLE (
    product_id UUID, source fact_source, name TEXT, value TEXT, label TEXT, number FLOAT8, unit TEXT
) LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT id, 'KIND'::fact_source, 'kind', kind::text, 'Kind', NULL::float8, NULL
    FROM product WHERE id = ANY (product_ids)
    UNION ALL
    SELECT id, 'BRAND', 'brand', brand, 'Brand', NULL, NULL
    FROM product WHERE id = ANY (product_ids) AND brand IS NOT NULL
    UNION ALL
    SELECT product_id, 'CHARACTERISTIC', name, each, label, number, unit
    FROM characteristic
    CROSS JOIN unnest(coalesce(texts, ARRAY[coalesce(text, number::text, boolean::text)])) AS each
    WHERE product_id = ANY (product_ids)
    UNION ALL
    (
        WITH RECURSIVE placed AS (
            SELECT product_id, category_id FROM product_category WHERE product_id = ANY (product_ids)
            UNION
            SELECT product_id, parent_id FROM placed JOIN category ON category.id = category_id
            WHERE parent_id IS NOT NULL
        )
        SELECT product_id, 'CATEGORY', 'categoryId', category_id::text, 'Category', NULL, NULL FROM placed
    );
END;
$$;

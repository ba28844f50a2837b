-- CreateEnum
CREATE TYPE "product_relation_kind" AS ENUM ('REQUIRES', 'EXCLUDES', 'MIGRATES_TO', 'ACCESSORY', 'ALTERNATIVE');

-- AlterEnum
ALTER TYPE "fact_source" ADD VALUE 'CATEGORY' AFTER 'BRAND';

-- AlterEnum
ALTER TYPE "product_kind" ADD VALUE 'BUNDLE';

-- AlterTable
ALTER TABLE "characteristic" ADD COLUMN     "texts" TEXT[];

-- AlterTable
ALTER TABLE "product" ADD COLUMN     "media" JSONB NOT NULL DEFAULT '[]',
ADD COLUMN     "translations" JSONB NOT NULL DEFAULT '[]';

-- CreateTable
CREATE TABLE "category" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "sort_key" TEXT NOT NULL,
    "parent_id" UUID,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "category_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "product_category" (
    "product_id" UUID NOT NULL,
    "category_id" UUID NOT NULL,
    "position" SMALLINT NOT NULL,

    CONSTRAINT "product_category_pkey" PRIMARY KEY ("product_id","category_id")
);

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

-- CreateTable
CREATE TABLE "history"."product_change" (
    "id" UUID NOT NULL,
    "product_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "actor" TEXT NOT NULL,
    "before" JSONB,
    "after" JSONB NOT NULL,

    CONSTRAINT "product_change_pkey" PRIMARY KEY ("product_id","version")
);

-- CreateIndex
CREATE UNIQUE INDEX "category_slug_key" ON "category"("slug");

-- CreateIndex
CREATE INDEX "category_parent_id_idx" ON "category"("parent_id");

-- CreateIndex
CREATE INDEX "product_category_category_id_idx" ON "product_category"("category_id");

-- CreateIndex
CREATE INDEX "product_relation_related_id_idx" ON "product_relation"("related_id");

-- CreateIndex
CREATE UNIQUE INDEX "bundle_item_product_id_variant_id_key" ON "bundle_item"("product_id", "variant_id");

-- CreateIndex
CREATE INDEX "bundle_item_variant_id_idx" ON "bundle_item"("variant_id");

-- AddForeignKey
ALTER TABLE "category" ADD CONSTRAINT "category_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "category"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "product_category" ADD CONSTRAINT "product_category_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "product"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "product_category" ADD CONSTRAINT "product_category_category_id_fkey" FOREIGN KEY ("category_id") REFERENCES "category"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "product_relation" ADD CONSTRAINT "product_relation_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "product"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "product_relation" ADD CONSTRAINT "product_relation_related_id_fkey" FOREIGN KEY ("related_id") REFERENCES "product"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bundle_item" ADD CONSTRAINT "bundle_item_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "product"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bundle_item" ADD CONSTRAINT "bundle_item_variant_id_fkey" FOREIGN KEY ("variant_id") REFERENCES "variant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Written by hand: Prisma has no word for these, and does not see them as drift.
ALTER TABLE "category" ALTER "sort_key" TYPE TEXT COLLATE "C";
ALTER TABLE "category" ADD CONSTRAINT "category_slug" CHECK ("slug" ~ '^[a-z0-9]+(-[a-z0-9]+)*$');
ALTER TABLE "category" ADD CONSTRAINT "category_no_loop" CHECK ("parent_id" <> "id");
ALTER TABLE "characteristic" DROP CONSTRAINT "characteristic_value";
ALTER TABLE "characteristic" ADD CONSTRAINT "characteristic_value" CHECK (num_nonnulls("text", "number", "boolean", "texts") = 1);
ALTER TABLE "product_relation" ADD CONSTRAINT "product_relation_other" CHECK ("product_id" <> "related_id");
ALTER TABLE "bundle_item" ADD CONSTRAINT "bundle_item_quantities" CHECK (
    "quantity" > 0 AND "min_quantity" >= 0 AND "max_quantity" > 0 AND "min_quantity" <= "max_quantity"
);

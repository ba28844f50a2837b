-- Written by hand: the nearest terms to a mistyped one are found by trigrams. A trusted extension: the
-- database's owner may create it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- CreateEnum
CREATE TYPE "product_kind" AS ENUM ('PHYSICAL', 'DIGITAL', 'SERVICE');

-- CreateEnum
CREATE TYPE "product_status" AS ENUM ('DRAFT', 'ACTIVE', 'RETIRED');

-- CreateEnum
CREATE TYPE "price_kind" AS ENUM ('ONE_TIME', 'RECURRING', 'USAGE');

-- CreateEnum
CREATE TYPE "billing_period" AS ENUM ('HOUR', 'DAY', 'WEEK', 'MONTH', 'YEAR');

-- CreateTable
CREATE TABLE "product" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "kind" "product_kind" NOT NULL,
    "status" "product_status" NOT NULL,
    "brand" TEXT,
    "provisioning_template_key" TEXT,
    "configuration_fields" JSONB NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "sort_key" TEXT NOT NULL,
    "search" tsvector NOT NULL,
    "source_hash" BYTEA,

    CONSTRAINT "product_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "characteristic" (
    "product_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "position" SMALLINT NOT NULL,
    "label" TEXT NOT NULL,
    "text" TEXT,
    "number" DOUBLE PRECISION,
    "boolean" BOOLEAN,
    "unit" TEXT,

    CONSTRAINT "characteristic_pkey" PRIMARY KEY ("product_id","name")
);

-- CreateTable
CREATE TABLE "product_option" (
    "product_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "position" SMALLINT NOT NULL,
    "values" TEXT[],

    CONSTRAINT "product_option_pkey" PRIMARY KEY ("product_id","name")
);

-- CreateTable
CREATE TABLE "search_term" (
    "term" TEXT NOT NULL,

    CONSTRAINT "search_term_pkey" PRIMARY KEY ("term")
);

-- CreateTable
CREATE TABLE "variant" (
    "id" UUID NOT NULL,
    "product_id" UUID NOT NULL,
    "sku" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "status" "product_status" NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "selected_options" JSONB NOT NULL,

    CONSTRAINT "variant_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "price" (
    "id" UUID NOT NULL,
    "variant_id" UUID NOT NULL,
    "kind" "price_kind" NOT NULL,
    "unit_price" DECIMAL NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "tax_included" BOOLEAN NOT NULL,
    "period" "billing_period",
    "period_count" INTEGER NOT NULL,
    "committed_periods" INTEGER,
    "unit" TEXT,
    "min_quantity" INTEGER NOT NULL,
    "valid_from" TIMESTAMPTZ(3),
    "valid_until" TIMESTAMPTZ(3),

    CONSTRAINT "price_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "product_slug_key" ON "product"("slug");

-- CreateIndex
CREATE INDEX "product_sort_key_id_idx" ON "product"("sort_key", "id");

-- CreateIndex
CREATE INDEX "product_search_idx" ON "product" USING GIN ("search");

-- CreateIndex
CREATE INDEX "search_term_term_idx" ON "search_term" USING GIST ("term" gist_trgm_ops);

-- CreateIndex
CREATE UNIQUE INDEX "variant_sku_key" ON "variant"("sku");

-- CreateIndex
CREATE UNIQUE INDEX "variant_product_id_sku_key" ON "variant"("product_id", "sku");

-- CreateIndex
CREATE INDEX "price_variant_id_idx" ON "price"("variant_id");

-- AddForeignKey
ALTER TABLE "characteristic" ADD CONSTRAINT "characteristic_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "product"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "product_option" ADD CONSTRAINT "product_option_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "product"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "variant" ADD CONSTRAINT "variant_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "product"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "price" ADD CONSTRAINT "price_variant_id_fkey" FOREIGN KEY ("variant_id") REFERENCES "variant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Written by hand: Prisma has no word for these, and does not see them as drift.
-- Whatever the server's locale, pages are in the same order and a prefix is a range.
ALTER TABLE "product" ALTER "sort_key" TYPE TEXT COLLATE "C";
ALTER TABLE "search_term" ALTER "term" TYPE TEXT COLLATE "C";

ALTER TABLE "product" ADD CONSTRAINT "product_slug" CHECK ("slug" ~ '^[a-z0-9]+(-[a-z0-9]+)*$');
ALTER TABLE "characteristic" ADD CONSTRAINT "characteristic_value" CHECK (num_nonnulls("text", "number", "boolean") = 1);
ALTER TABLE "price" ADD CONSTRAINT "price_unit_price" CHECK ("unit_price" >= 0);
ALTER TABLE "price" ADD CONSTRAINT "price_currency" CHECK ("currency" ~ '^[A-Z]{3}$');
ALTER TABLE "price" ADD CONSTRAINT "price_period" CHECK (("period" IS NULL) = ("kind" = 'ONE_TIME'));
ALTER TABLE "price" ADD CONSTRAINT "price_counts" CHECK (
    "period_count" > 0 AND "committed_periods" > 0 AND "min_quantity" > 0
);
ALTER TABLE "price" ADD CONSTRAINT "price_validity" CHECK ("valid_from" < "valid_until");

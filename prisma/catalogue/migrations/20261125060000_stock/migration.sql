-- AlterEnum: a new value has to be committed before it is used, so the next migration does.
ALTER TYPE "fact_source" ADD VALUE 'STOCK';

-- AlterTable
ALTER TABLE "variant" ADD COLUMN     "in_stock" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "stock_version" INTEGER NOT NULL DEFAULT 0;

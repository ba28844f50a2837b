-- Carts, orders, their payments, and what provisioning tells of them.

-- Written by hand: the bucket that an id carries, the twelve bits rand_a of its UUIDv7.
CREATE FUNCTION bucket_of_id(id uuid) RETURNS smallint LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN (((get_byte(uuid_send(id), 6) & 15) << 8) | get_byte(uuid_send(id), 7))::smallint;

-- CreateEnum
CREATE TYPE "billing_period" AS ENUM ('HOUR', 'DAY', 'WEEK', 'MONTH', 'YEAR');

-- CreateEnum
CREATE TYPE "order_status" AS ENUM ('PLACED', 'AWAITING_PAYMENT', 'HELD', 'IN_PROGRESS', 'COMPLETED', 'PARTIALLY_COMPLETED', 'FAILED', 'CANCELLING', 'CANCELLED');

-- CreateEnum
CREATE TYPE "order_line_status" AS ENUM ('PENDING', 'RESERVED', 'PROVISIONING', 'COMPLETED', 'FAILED', 'CANCELLING', 'CANCELLED', 'REFUNDED');

-- CreateEnum
CREATE TYPE "payment_status" AS ENUM ('PENDING', 'REQUIRES_ACTION', 'AUTHORIZED', 'CAPTURED', 'PARTIALLY_REFUNDED', 'REFUNDED', 'CANCELLED', 'FAILED', 'DISPUTED', 'UNKNOWN');

-- CreateTable
CREATE TABLE "cart" (
    "id" UUID NOT NULL,
    "owner_id" UUID,
    "currency" CHAR(3) NOT NULL,
    "ordered" BOOLEAN NOT NULL DEFAULT false,
    "version" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "cart_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "cart_line" (
    "id" UUID NOT NULL,
    "cart_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "sku" TEXT NOT NULL,
    "product_name" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "unit_price" DECIMAL(30,12) NOT NULL,
    "period" "billing_period",
    "period_count" INTEGER,
    "configuration" JSONB,
    "template_key" TEXT,

    CONSTRAINT "cart_line_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "order" (
    "bucket" SMALLINT NOT NULL,
    "id" UUID NOT NULL,
    "owner_id" UUID NOT NULL,
    "number" TEXT NOT NULL,
    "cart_id" UUID NOT NULL,
    "status" "order_status" NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "payment_method" TEXT NOT NULL,
    "failure_code" TEXT,
    "failure_message" TEXT,
    "failure_step" TEXT,
    "version" INTEGER NOT NULL,
    "placed_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "completed_at" TIMESTAMPTZ(3),
    "cancel_requested_at" TIMESTAMPTZ(3),
    "capturing_at" TIMESTAMPTZ(3),

    CONSTRAINT "order_pkey" PRIMARY KEY ("id","bucket")
);

-- CreateTable
CREATE TABLE "order_line" (
    "bucket" SMALLINT NOT NULL,
    "id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "sku" TEXT NOT NULL,
    "product_name" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "periods" INTEGER NOT NULL,
    "unit_price" DECIMAL(30,12) NOT NULL,
    "period" "billing_period",
    "period_count" INTEGER,
    "total" DECIMAL(20,3) NOT NULL,
    "configuration" JSONB,
    "template_key" TEXT,
    "status" "order_line_status" NOT NULL,

    CONSTRAINT "order_line_pkey" PRIMARY KEY ("id","bucket")
);

-- CreateTable
CREATE TABLE "provisioning_request" (
    "bucket" SMALLINT NOT NULL,
    "id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "order_line_id" UUID NOT NULL,
    "instance_id" UUID NOT NULL,
    "action" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "progress" DOUBLE PRECISION NOT NULL,
    "failure_code" TEXT,
    "failure_message" TEXT,

    CONSTRAINT "provisioning_request_pkey" PRIMARY KEY ("id","bucket")
);

-- CreateTable
CREATE TABLE "payment" (
    "bucket" SMALLINT NOT NULL,
    "id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "status" "payment_status" NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "amount" DECIMAL(20,3) NOT NULL,
    "captured" DECIMAL(20,3) NOT NULL,
    "refunded" DECIMAL(20,3) NOT NULL,
    "provider_id" TEXT,
    "method" JSONB,
    "failure_code" TEXT,
    "failure_message" TEXT,
    "failure_retryable" BOOLEAN,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "payment_pkey" PRIMARY KEY ("id","bucket")
);

-- CreateIndex
CREATE INDEX "cart_owner_id_created_at_idx" ON "cart"("owner_id", "created_at");

-- CreateIndex
CREATE INDEX "cart_line_cart_id_idx" ON "cart_line"("cart_id");

-- CreateIndex
CREATE INDEX "order_owner_id_id_idx" ON "order"("owner_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "order_number_bucket_key" ON "order"("number", "bucket");

-- CreateIndex
CREATE INDEX "order_line_order_id_idx" ON "order_line"("order_id");

-- CreateIndex
CREATE INDEX "provisioning_request_order_id_idx" ON "provisioning_request"("order_id");

-- CreateIndex
CREATE INDEX "payment_order_id_idx" ON "payment"("order_id");

-- CreateIndex
CREATE UNIQUE INDEX "payment_provider_id_bucket_key" ON "payment"("provider_id", "bucket");

-- AddForeignKey
ALTER TABLE "cart_line" ADD CONSTRAINT "cart_line_cart_id_fkey" FOREIGN KEY ("cart_id") REFERENCES "cart"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "order_line" ADD CONSTRAINT "order_line_order_id_bucket_fkey" FOREIGN KEY ("order_id", "bucket") REFERENCES "order"("id", "bucket") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "provisioning_request" ADD CONSTRAINT "provisioning_request_order_id_bucket_fkey" FOREIGN KEY ("order_id", "bucket") REFERENCES "order"("id", "bucket") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "payment" ADD CONSTRAINT "payment_order_id_bucket_fkey" FOREIGN KEY ("order_id", "bucket") REFERENCES "order"("id", "bucket") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Written by hand: Prisma has no word for these, and does not see them as drift.
ALTER TABLE "order" ADD CONSTRAINT "order_bucket" CHECK ("bucket" = bucket_of_id("id"));
ALTER TABLE "order_line" ADD CONSTRAINT "order_line_bucket" CHECK ("bucket" = bucket_of_id("id"));
ALTER TABLE "payment" ADD CONSTRAINT "payment_bucket" CHECK ("bucket" = bucket_of_id("id"));
ALTER TABLE "provisioning_request" ADD CONSTRAINT "provisioning_request_bucket" CHECK ("bucket" = bucket_of_id("id"));

-- Written by hand: what the numbers that people read are drawn from.
CREATE SEQUENCE "order_number";

-- A bucket is the twelve bits rand_a of an id; the checks below keep rows where their ids say.
CREATE FUNCTION bucket_of_id(id uuid) RETURNS smallint LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN (((get_byte(uuid_send(id), 6) & 15) << 8) | get_byte(uuid_send(id), 7))::smallint;
CREATE FUNCTION bucket_of_owner(owner_id uuid) RETURNS smallint LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN (((get_byte(sha256(uuid_send(owner_id)), 0) & 15) << 8) | get_byte(sha256(uuid_send(owner_id)), 1))::smallint;

-- CreateEnum
CREATE TYPE "product_instance_status" AS ENUM ('CREATED', 'PENDING_ACTIVE', 'ACTIVE', 'PENDING_TERMINATE', 'TERMINATED', 'ABORTED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "provisioning_status" AS ENUM ('PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'COMPENSATING', 'COMPENSATED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "task_kind" AS ENUM ('RESERVE', 'HTTP', 'SET');

-- CreateEnum
CREATE TYPE "task_status" AS ENUM ('PENDING', 'RUNNING', 'RETRYING', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'COMPENSATING', 'COMPENSATED');

-- CreateEnum
CREATE TYPE "reservation_status" AS ENUM ('RESERVED', 'ALLOCATED', 'RELEASED');

-- CreateEnum
CREATE TYPE "provisioning_action" AS ENUM ('CREATE', 'TERMINATE');

-- CreateTable
CREATE TABLE "product_instance" (
    "id" UUID NOT NULL,
    "bucket" SMALLINT NOT NULL,
    "owner_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "order_line_id" UUID NOT NULL,
    "sku" TEXT NOT NULL,
    "product_name" TEXT NOT NULL,
    "status" "product_instance_status" NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "configuration" JSONB NOT NULL,
    "attributes" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "activated_at" TIMESTAMPTZ(3),
    "terminated_at" TIMESTAMPTZ(3),

    CONSTRAINT "product_instance_pkey" PRIMARY KEY ("id","bucket")
);

-- CreateTable
CREATE TABLE "order_line" (
    "id" UUID NOT NULL,
    "bucket" SMALLINT NOT NULL,
    "order_id" UUID NOT NULL,
    "owner_id" UUID NOT NULL,
    "cancel_requested_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "order_line_pkey" PRIMARY KEY ("id","bucket")
);

-- CreateTable
CREATE TABLE "provisioning_request" (
    "id" UUID NOT NULL,
    "bucket" SMALLINT NOT NULL,
    "owner_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "order_line_id" UUID NOT NULL,
    "instance_id" UUID NOT NULL,
    "action" "provisioning_action" NOT NULL,
    "template_key" TEXT NOT NULL,
    "template_version" INTEGER NOT NULL,
    "status" "provisioning_status" NOT NULL,
    "progress" DOUBLE PRECISION NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "cancel_requested_at" TIMESTAMPTZ(3),
    "failure" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "provisioning_request_pkey" PRIMARY KEY ("id","bucket")
);

-- CreateTable
CREATE TABLE "provisioning_task" (
    "request_id" UUID NOT NULL,
    "bucket" SMALLINT NOT NULL,
    "key" TEXT NOT NULL,
    "position" SMALLINT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" "task_kind" NOT NULL,
    "status" "task_status" NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3),
    "last_error" TEXT,
    "output" JSONB,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "provisioning_task_pkey" PRIMARY KEY ("request_id","bucket","key")
);

-- CreateTable
CREATE TABLE "stock_level" (
    "sku" TEXT NOT NULL,
    "unlimited" BOOLEAN NOT NULL DEFAULT false,
    "on_hand" INTEGER NOT NULL DEFAULT 0,
    "allocated" INTEGER NOT NULL DEFAULT 0,
    "reserved" INTEGER NOT NULL DEFAULT 0,
    "version" INTEGER NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "stock_level_pkey" PRIMARY KEY ("sku")
);

-- CreateTable
CREATE TABLE "reservation" (
    "order_line_id" UUID NOT NULL,
    "bucket" SMALLINT NOT NULL,
    "order_id" UUID NOT NULL,
    "owner_id" UUID,
    "sku" TEXT,
    "quantity" INTEGER NOT NULL DEFAULT 0,
    "status" "reservation_status" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "reservation_pkey" PRIMARY KEY ("order_line_id","bucket")
);

-- CreateTable
CREATE TABLE "history"."provisioning_template" (
    "key" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "actions" "provisioning_action"[],
    "definition" JSONB NOT NULL,
    "content_hash" BYTEA NOT NULL,
    "published_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "provisioning_template_pkey" PRIMARY KEY ("key","version")
);

-- CreateIndex
CREATE INDEX "product_instance_owner_id_id_idx" ON "product_instance"("owner_id", "id");

-- CreateIndex
CREATE INDEX "product_instance_order_line_id_id_idx" ON "product_instance"("order_line_id", "id");

-- CreateIndex
CREATE INDEX "product_instance_attributes_idx" ON "product_instance" USING GIN ("attributes" jsonb_path_ops);

-- CreateIndex
CREATE INDEX "provisioning_request_order_id_id_idx" ON "provisioning_request"("order_id", "id");

-- CreateIndex
CREATE INDEX "provisioning_request_order_line_id_id_idx" ON "provisioning_request"("order_line_id", "id");

-- CreateIndex
CREATE INDEX "provisioning_request_instance_id_id_idx" ON "provisioning_request"("instance_id", "id");

-- AddForeignKey
ALTER TABLE "provisioning_request" ADD CONSTRAINT "provisioning_request_instance_id_bucket_fkey" FOREIGN KEY ("instance_id", "bucket") REFERENCES "product_instance"("id", "bucket") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "provisioning_request" ADD CONSTRAINT "provisioning_request_template_key_template_version_fkey" FOREIGN KEY ("template_key", "template_version") REFERENCES "history"."provisioning_template"("key", "version") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "provisioning_task" ADD CONSTRAINT "provisioning_task_request_id_bucket_fkey" FOREIGN KEY ("request_id", "bucket") REFERENCES "provisioning_request"("id", "bucket") ON DELETE CASCADE ON UPDATE CASCADE;

-- Written by hand: Prisma has no word for these, and does not see them as drift.
ALTER TABLE "stock_level" ADD CONSTRAINT "stock_level_counts" CHECK ("on_hand" >= 0 AND "allocated" >= 0 AND "reserved" >= 0);
ALTER TABLE "stock_level" ADD CONSTRAINT "stock_level_available" CHECK ("unlimited" OR "on_hand" - "allocated" - "reserved" >= 0);
ALTER TABLE "reservation" ADD CONSTRAINT "reservation_bucket" CHECK ("bucket" = bucket_of_id("order_line_id"));
ALTER TABLE "reservation" ADD CONSTRAINT "reservation_holds" CHECK ("status" = 'RELEASED' OR ("owner_id" IS NOT NULL AND "sku" IS NOT NULL AND "quantity" > 0));
ALTER TABLE "product_instance" ADD CONSTRAINT "product_instance_bucket" CHECK ("bucket" = bucket_of_id("id") AND "bucket" = bucket_of_owner("owner_id"));
ALTER TABLE "order_line" ADD CONSTRAINT "order_line_bucket" CHECK ("bucket" = bucket_of_id("id"));
ALTER TABLE "provisioning_request" ADD CONSTRAINT "provisioning_request_bucket" CHECK ("bucket" = bucket_of_id("id"));
ALTER TABLE "provisioning_request" ADD CONSTRAINT "provisioning_request_progress" CHECK ("progress" BETWEEN 0 AND 1);
ALTER TABLE "provisioning_task" ADD CONSTRAINT "provisioning_task_bucket" CHECK ("bucket" = bucket_of_id("request_id"));

-- CreateEnum
CREATE TYPE "import_format" AS ENUM ('SHOPIFY_CSV', 'CLOUD_INSTANCE_CSV', 'JSON_LINES');

-- CreateEnum
CREATE TYPE "job_status" AS ENUM ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED');

-- CreateTable
CREATE TABLE "catalogue_import" (
    "id" UUID NOT NULL,
    "format" "import_format" NOT NULL,
    "source" TEXT NOT NULL,
    "dry_run" BOOLEAN NOT NULL,
    "actor" TEXT NOT NULL,
    "status" "job_status" NOT NULL,
    "rows_total" INTEGER,
    "rows_done" INTEGER NOT NULL DEFAULT 0,
    "rows_failed" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "reading" INTEGER NOT NULL DEFAULT 0,
    "is_read" BOOLEAN NOT NULL DEFAULT false,
    "is_cut_short" BOOLEAN NOT NULL DEFAULT false,
    "landed_key" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "catalogue_import_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "import_row" (
    "import_id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "row" INTEGER NOT NULL,
    "cells" JSONB NOT NULL,

    CONSTRAINT "import_row_pkey" PRIMARY KEY ("import_id","key","row")
);

-- CreateTable
CREATE TABLE "import_problem" (
    "import_id" UUID NOT NULL,
    "row" INTEGER NOT NULL,
    "field" TEXT,
    "code" TEXT NOT NULL,
    "message" TEXT NOT NULL,

    CONSTRAINT "import_problem_pkey" PRIMARY KEY ("import_id","row")
);

-- AddForeignKey
ALTER TABLE "import_row" ADD CONSTRAINT "import_row_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "catalogue_import"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "import_problem" ADD CONSTRAINT "import_problem_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "catalogue_import"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Written by hand: Prisma has no word for these, and does not see them as drift.
-- Keys are compared as the process compares them, whatever the server's locale.
ALTER TABLE "import_row" ALTER "key" TYPE TEXT COLLATE "C";
ALTER TABLE "catalogue_import" ALTER "landed_key" TYPE TEXT COLLATE "C";

ALTER TABLE "catalogue_import" ADD CONSTRAINT "catalogue_import_counts" CHECK (
    0 <= "rows_failed" AND "rows_failed" <= "rows_done" AND "rows_done" <= coalesce("rows_total", "rows_done")
);

-- CreateTable
CREATE TABLE "history"."stock_count" (
    "sku" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "before" INTEGER,
    "after" INTEGER,
    "reason" TEXT,
    "actor" TEXT NOT NULL,
    "counted_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "stock_count_pkey" PRIMARY KEY ("sku","version")
);

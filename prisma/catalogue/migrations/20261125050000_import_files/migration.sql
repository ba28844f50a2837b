-- CreateTable
CREATE TABLE "import_file" (
    "source" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "bytes" INTEGER,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "import_file_pkey" PRIMARY KEY ("source")
);

-- CreateTable
CREATE TABLE "import_file_part" (
    "source" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "bytes" BYTEA NOT NULL,

    CONSTRAINT "import_file_part_pkey" PRIMARY KEY ("source","number")
);

-- CreateIndex
CREATE INDEX "import_file_expires_at_idx" ON "import_file"("expires_at");

-- AddForeignKey
ALTER TABLE "import_file_part" ADD CONSTRAINT "import_file_part_source_fkey" FOREIGN KEY ("source") REFERENCES "import_file"("source") ON DELETE CASCADE ON UPDATE CASCADE;

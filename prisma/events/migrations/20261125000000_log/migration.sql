-- The log of all domains' events: what one domain published, others read by position.

CREATE TABLE "source" (
    "name" TEXT NOT NULL,
    "last" BIGINT NOT NULL,

    CONSTRAINT "source_pkey" PRIMARY KEY ("name")
);

CREATE TABLE "log" (
    "source" TEXT NOT NULL,
    "position" BIGINT NOT NULL,
    "event" JSONB NOT NULL,

    CONSTRAINT "log_pkey" PRIMARY KEY ("source", "position")
);

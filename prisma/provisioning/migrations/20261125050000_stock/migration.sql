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

-- Written by hand. Tells of the levels that there were before availability was told of.
INSERT INTO events.outbox (streams, event)
SELECT '{}', jsonb_build_object(
    'specversion', '1.0', 'id', gen_random_uuid(), 'type', 'availability.changed', 'source', 'provisioning',
    'time', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'actor', 'svc_provisioning',
    'data', jsonb_build_object('levels', jsonb_agg(jsonb_build_object(
        'sku', sku, 'version', version,
        'status', CASE WHEN unlimited THEN 'UNLIMITED' WHEN available >= 10 THEN 'IN_STOCK'
            WHEN available > 0 THEN 'LOW_STOCK' ELSE 'OUT_OF_STOCK' END,
        'quantity', CASE WHEN NOT unlimited THEN least(available, 10) END
    )))
)
FROM (
    SELECT *, on_hand - allocated - reserved AS available, row_number() OVER (ORDER BY sku) / 100 AS batch
    FROM stock_level
) AS level
GROUP BY batch;

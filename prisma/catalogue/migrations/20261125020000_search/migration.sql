-- Written by hand: arrays of numbers are compared as sorted lists. A trusted extension: the database's
-- owner may create it.
CREATE EXTENSION IF NOT EXISTS intarray;

-- CreateEnum
CREATE TYPE "fact_source" AS ENUM ('KIND', 'BRAND', 'CHARACTERISTIC', 'OPTION');

-- AlterTable
ALTER TABLE "product" ADD COLUMN     "facts" INTEGER[] DEFAULT ARRAY[]::INTEGER[],
ADD COLUMN     "option_count" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "fact" (
    "id" SERIAL NOT NULL,
    "source" "fact_source" NOT NULL,
    "name" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "number" DOUBLE PRECISION,
    "unit" TEXT,

    CONSTRAINT "fact_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "offer" (
    "variant_id" UUID NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "valid_from" TIMESTAMPTZ(3) NOT NULL,
    "valid_until" TIMESTAMPTZ(3) NOT NULL,
    "product_id" UUID NOT NULL,
    "facts" INTEGER[],
    "amount" DECIMAL,

    CONSTRAINT "offer_pkey" PRIMARY KEY ("variant_id","currency","valid_from")
);

-- CreateIndex
CREATE UNIQUE INDEX "fact_source_name_value_key" ON "fact"("source", "name", "value");

-- CreateIndex
CREATE INDEX "offer_product_id_idx" ON "offer"("product_id");

-- CreateIndex
CREATE INDEX "offer_facts_idx" ON "offer" USING GIN ("facts" gin__int_ops);

-- CreateIndex
CREATE INDEX "product_facts_idx" ON "product" USING GIN ("facts" gin__int_ops);

-- AddForeignKey
ALTER TABLE "offer" ADD CONSTRAINT "offer_variant_id_fkey" FOREIGN KEY ("variant_id") REFERENCES "variant"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- Written by hand: Prisma has no word for these, and does not see them as drift.
ALTER TABLE "product" ALTER "facts" SET NOT NULL;
ALTER TABLE "offer" ALTER "facts" SET NOT NULL;

-- What searches read of these products, made anew from what they are. Whoever changes a product, its
-- variants or prices calls it before the commit.
CREATE FUNCTION index_products(product_ids UUID[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO fact (source, name, value, label, number, unit)
    SELECT DISTINCT ON (source, name, value) source, name, value, label, number, unit
    FROM (
        SELECT 'KIND'::fact_source AS source, 'kind' AS name, kind::text AS value, 'Kind' AS label,
            NULL::float8 AS number, NULL AS unit
        FROM product WHERE id = ANY (product_ids)
        UNION ALL
        SELECT 'BRAND', 'brand', brand, 'Brand', NULL, NULL
        FROM product WHERE id = ANY (product_ids) AND brand IS NOT NULL
        UNION ALL
        SELECT 'CHARACTERISTIC', name, coalesce(text, number::text, boolean::text), label, number, unit
        FROM characteristic WHERE product_id = ANY (product_ids)
        UNION ALL
        SELECT 'OPTION', selected.name, selected.value, selected.name, NULL, NULL
        FROM variant
        CROSS JOIN jsonb_to_recordset(selected_options) AS selected(name text, value text)
        WHERE product_id = ANY (product_ids)
    ) AS told
    ORDER BY source, name, value
    ON CONFLICT (source, name, value) DO UPDATE SET
        label = excluded.label, number = excluded.number, unit = excluded.unit
    WHERE (fact.label, fact.number, fact.unit)
        IS DISTINCT FROM (excluded.label, excluded.number, excluded.unit);

    DELETE FROM offer WHERE product_id = ANY (product_ids);
    INSERT INTO offer (variant_id, currency, valid_from, valid_until, product_id, facts, amount)
    SELECT variant.id, coalesce(currency, 'XXX'), coalesce(at, '-infinity'), coalesce(until, 'infinity'),
        product_id, coalesce(told.facts, '{}'), amount
    FROM variant
    LEFT JOIN LATERAL (
        SELECT array_agg(fact.id ORDER BY fact.id) AS facts
        FROM jsonb_to_recordset(selected_options) AS selected(name text, value text)
        JOIN fact ON source = 'OPTION' AND fact.name = selected.name AND fact.value = selected.value
    ) AS told ON true
    LEFT JOIN LATERAL (
        -- As `priceFor` prefers them.
        SELECT DISTINCT ON (currency, at) currency, at, until,
            trim_scale(unit_price * CASE period
                WHEN 'HOUR' THEN 730 WHEN 'DAY' THEN 730 / 24.0 WHEN 'WEEK' THEN 730 / 168.0
                WHEN 'YEAR' THEN 1 / 12.0 ELSE 1
            END / period_count) AS amount
        FROM (
            SELECT currency, at, lead(at) OVER (PARTITION BY currency ORDER BY at) AS until
            FROM (
                SELECT currency, coalesce(valid_from, '-infinity') AS at
                FROM price WHERE variant_id = variant.id AND min_quantity = 1
                UNION
                SELECT currency, coalesce(valid_until, 'infinity')
                FROM price WHERE variant_id = variant.id AND min_quantity = 1
            ) AS edge
        ) AS span JOIN price USING (currency)
        WHERE variant_id = variant.id AND min_quantity = 1
            AND coalesce(valid_from, '-infinity') <= at AND coalesce(valid_until, 'infinity') > at
        ORDER BY currency, at,
            array_position(ARRAY['RECURRING', 'ONE_TIME', 'USAGE']::price_kind[], kind),
            coalesce(committed_periods, 0), period NULLS FIRST, period_count, valid_from DESC NULLS LAST, id
    ) AS chosen ON true
    WHERE product_id = ANY (product_ids) AND status = 'ACTIVE'
    ORDER BY product_id, sku;

    UPDATE product SET facts = told.facts, option_count = told.option_count
    FROM (
        SELECT product_id, array_agg(DISTINCT fact.id ORDER BY fact.id) AS facts,
            count(DISTINCT name) FILTER (WHERE source = 'OPTION') AS option_count
        FROM (
            SELECT product.id AS product_id, fact.id
            FROM product JOIN fact ON (source, fact.name, value) = ('KIND', 'kind', kind::text)
            WHERE product.id = ANY (product_ids)
            UNION ALL
            SELECT product.id, fact.id
            FROM product JOIN fact ON (source, fact.name, value) = ('BRAND', 'brand', brand)
            WHERE product.id = ANY (product_ids)
            UNION ALL
            SELECT product_id, fact.id
            FROM characteristic JOIN fact ON (source, fact.name, fact.value)
                = ('CHARACTERISTIC', characteristic.name, coalesce(text, characteristic.number::text, boolean::text))
            WHERE product_id = ANY (product_ids)
            UNION ALL
            SELECT product_id, unnest(facts) FROM offer WHERE product_id = ANY (product_ids)
        ) AS own
        JOIN fact USING (id)
        GROUP BY product_id
    ) AS told
    WHERE product.id = told.product_id;
END;
$$;
SELECT index_products(ARRAY(SELECT id FROM product));

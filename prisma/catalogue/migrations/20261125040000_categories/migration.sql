-- AlterEnum
ALTER TYPE "fact_source" ADD VALUE 'CATEGORY' AFTER 'BRAND';

-- CreateTable
CREATE TABLE "category" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "sort_key" TEXT NOT NULL,
    "parent_id" UUID,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "category_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "product_category" (
    "product_id" UUID NOT NULL,
    "category_id" UUID NOT NULL,
    "position" SMALLINT NOT NULL,

    CONSTRAINT "product_category_pkey" PRIMARY KEY ("product_id","category_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "category_slug_key" ON "category"("slug");

-- CreateIndex
CREATE INDEX "category_parent_id_idx" ON "category"("parent_id");

-- CreateIndex
CREATE INDEX "product_category_category_id_idx" ON "product_category"("category_id");

-- AddForeignKey
ALTER TABLE "category" ADD CONSTRAINT "category_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "category"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "product_category" ADD CONSTRAINT "product_category_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "product"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "product_category" ADD CONSTRAINT "product_category_category_id_fkey" FOREIGN KEY ("category_id") REFERENCES "category"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Written by hand: Prisma has no word for these, and does not see them as drift.
ALTER TABLE "category" ALTER "sort_key" TYPE TEXT COLLATE "C";
ALTER TABLE "category" ADD CONSTRAINT "category_slug" CHECK ("slug" ~ '^[a-z0-9]+(-[a-z0-9]+)*$');
ALTER TABLE "category" ADD CONSTRAINT "category_no_loop" CHECK ("parent_id" <> "id");

-- What products are found by of their own: not by the options of their variants. In PL/pgSQL, since SQL would be
-- read now, where the new source can't be named yet.
CREATE FUNCTION product_facts(product_ids UUID[]) RETURNS TABLE (
    product_id UUID, source fact_source, name TEXT, value TEXT, label TEXT, number FLOAT8, unit TEXT
) LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT id, 'KIND'::fact_source, 'kind', kind::text, 'Kind', NULL::float8, NULL
    FROM product WHERE id = ANY (product_ids)
    UNION ALL
    SELECT id, 'BRAND', 'brand', brand, 'Brand', NULL, NULL
    FROM product WHERE id = ANY (product_ids) AND brand IS NOT NULL
    UNION ALL
    SELECT product_id, 'CHARACTERISTIC', name, coalesce(text, number::text, boolean::text), label, number, unit
    FROM characteristic WHERE product_id = ANY (product_ids)
    UNION ALL
    (
        WITH RECURSIVE placed AS (
            SELECT product_id, category_id FROM product_category WHERE product_id = ANY (product_ids)
            UNION
            SELECT product_id, parent_id FROM placed JOIN category ON category.id = category_id
            WHERE parent_id IS NOT NULL
        )
        SELECT product_id, 'CATEGORY', 'categoryId', category_id::text, 'Category', NULL, NULL FROM placed
    );
END;
$$;

-- What products are filtered and counted by, made anew; their offers must be as they should.
CREATE FUNCTION index_facts(product_ids UUID[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO fact (source, name, value, label, number, unit)
    SELECT DISTINCT ON (source, name, value) source, name, value, label, number, unit
    FROM product_facts(product_ids)
    ORDER BY source, name, value
    ON CONFLICT (source, name, value) DO UPDATE SET
        label = excluded.label, number = excluded.number, unit = excluded.unit
    WHERE (fact.label, fact.number, fact.unit)
        IS DISTINCT FROM (excluded.label, excluded.number, excluded.unit);

    UPDATE product SET facts = told.facts, option_count = told.option_count
    FROM (
        SELECT product_id, array_agg(DISTINCT fact.id ORDER BY fact.id) AS facts,
            count(DISTINCT name) FILTER (WHERE source = 'OPTION') AS option_count
        FROM (
            SELECT told.product_id, fact.id
            FROM product_facts(product_ids) AS told JOIN fact USING (source, name, value)
            UNION ALL
            SELECT product_id, unnest(facts) FROM offer WHERE product_id = ANY (product_ids)
        ) AS own
        JOIN fact USING (id)
        GROUP BY product_id
    ) AS told
    WHERE product.id = told.product_id
        AND (product.facts, product.option_count) IS DISTINCT FROM (told.facts, told.option_count);
END;
$$;

CREATE OR REPLACE FUNCTION index_products(product_ids UUID[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO fact (source, name, value, label)
    SELECT DISTINCT ON (selected.name, selected.value)
        'OPTION', selected.name, selected.value, selected.name
    FROM variant
    CROSS JOIN jsonb_to_recordset(selected_options) AS selected(name text, value text)
    WHERE product_id = ANY (product_ids)
    ORDER BY selected.name, selected.value
    ON CONFLICT (source, name, value) DO NOTHING;

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

    PERFORM index_facts(product_ids);
END;
$$;

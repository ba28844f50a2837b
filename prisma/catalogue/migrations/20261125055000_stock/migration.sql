-- AlterEnum
ALTER TYPE "fact_source" ADD VALUE 'STOCK';

-- AlterTable
ALTER TABLE "variant" ADD COLUMN     "in_stock" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "stock_version" INTEGER NOT NULL DEFAULT 0;

-- Written by hand.

-- What products are filtered and counted by, made anew; their offers must be as they should.
CREATE OR REPLACE FUNCTION index_facts(product_ids UUID[]) RETURNS void LANGUAGE plpgsql AS $$
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
            count(DISTINCT name) FILTER (WHERE source = 'OPTION')
                + CASE count(DISTINCT fact.id) FILTER (WHERE source = 'STOCK') WHEN 2 THEN 1 ELSE 0 END AS option_count
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
        SELECT array_agg(id ORDER BY id) AS facts
        FROM (
            SELECT fact.id
            FROM jsonb_to_recordset(selected_options) AS selected(name text, value text)
            JOIN fact ON source = 'OPTION' AND fact.name = selected.name AND fact.value = selected.value
            UNION ALL
            SELECT id FROM fact WHERE source = 'STOCK' AND fact.name = 'inStock' AND value = in_stock::text
        ) AS own
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

-- The same where nothing but the stock of their variants has changed.
CREATE FUNCTION index_stock(product_ids UUID[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    told INT[] := ARRAY(SELECT id FROM fact WHERE source = 'STOCK');
BEGIN
    UPDATE offer SET facts = (facts - told) | fact.id
    FROM variant JOIN fact ON source = 'STOCK' AND fact.name = 'inStock' AND value = in_stock::text
    WHERE offer.product_id = ANY (product_ids) AND variant.id = variant_id AND NOT facts && ARRAY[fact.id];

    UPDATE product SET facts = (product.facts - told) | own.facts,
        option_count = option_count + cardinality(own.facts) - cardinality(product.facts & told)
    FROM (
        SELECT product_id, array_agg(DISTINCT fact.id) AS facts
        FROM offer JOIN fact ON source = 'STOCK' AND offer.facts && ARRAY[fact.id]
        WHERE product_id = ANY (product_ids)
        GROUP BY product_id
    ) AS own
    WHERE product.id = own.product_id;
END;
$$;

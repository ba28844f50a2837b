-- CreateTable
CREATE TABLE "product_number" (
    "product_id" UUID NOT NULL,
    "number" SERIAL NOT NULL,
    "changed_in" xid8 NOT NULL,

    CONSTRAINT "product_number_pkey" PRIMARY KEY ("product_id")
);

-- AlterTable
ALTER TABLE "fact" ADD COLUMN     "changed_in" xid8 NOT NULL DEFAULT pg_current_xact_id();

-- CreateIndex
CREATE UNIQUE INDEX "product_number_number_key" ON "product_number"("number");

-- CreateIndex
CREATE INDEX "product_number_changed_in_idx" ON "product_number"("changed_in");

-- CreateIndex
CREATE INDEX "fact_changed_in_idx" ON "fact"("changed_in");

-- Written by hand: Prisma has no word for these, and does not see them as drift.

-- When the next price begins or ceases to hold is asked with every search that is kept; few prices have such bounds.
CREATE INDEX "offer_valid_from_idx" ON "offer"("valid_from") WHERE isfinite("valid_from");
CREATE INDEX "offer_valid_until_idx" ON "offer"("valid_until") WHERE isfinite("valid_until");

-- What products are found by of their own: not by the options of their variants. A list has each of its values.
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
    SELECT product_id, 'CHARACTERISTIC', name, each, label, number, unit
    FROM characteristic
    CROSS JOIN unnest(coalesce(texts, ARRAY[coalesce(text, number::text, boolean::text)])) AS each
    WHERE product_id = ANY (product_ids)
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

-- What searches read of these products, made anew from what they are, stock among it. Whoever changes a product,
-- its variants or prices calls it before the commit.
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

-- Products get their numbers, and those that searches must read again are noted, whoever changes them.
CREATE FUNCTION note_products(product_ids UUID[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE product_number SET changed_in = pg_current_xact_id()
    WHERE product_id = ANY (product_ids) AND changed_in <> pg_current_xact_id();
    -- No upsert, which would draw a number for each that has one.
    INSERT INTO product_number (product_id, changed_in)
    SELECT id, pg_current_xact_id() FROM unnest(product_ids) AS noted(id)
    WHERE NOT EXISTS (SELECT FROM product_number WHERE product_id = id)
    ON CONFLICT (product_id) DO UPDATE SET changed_in = excluded.changed_in;
END;
$$;

CREATE FUNCTION note_changed_products() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM note_products(ARRAY(SELECT id FROM changed ORDER BY id));
    RETURN NULL;
END;
$$;
CREATE TRIGGER note_added AFTER INSERT ON product
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_changed_products();
CREATE TRIGGER note_changed AFTER UPDATE ON product
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_changed_products();
CREATE TRIGGER note_deleted AFTER DELETE ON product
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_changed_products();

CREATE FUNCTION note_changed_offers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM note_products(ARRAY(SELECT DISTINCT product_id FROM changed ORDER BY product_id));
    RETURN NULL;
END;
$$;
CREATE TRIGGER note_added AFTER INSERT ON offer
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_changed_offers();
CREATE TRIGGER note_changed AFTER UPDATE ON offer
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_changed_offers();
CREATE TRIGGER note_deleted AFTER DELETE ON offer
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_changed_offers();

CREATE FUNCTION note_changed_fact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.changed_in = pg_current_xact_id();
    RETURN NEW;
END;
$$;
CREATE TRIGGER note_changed BEFORE UPDATE ON fact FOR EACH ROW EXECUTE FUNCTION note_changed_fact();

-- What there is already. Numbers follow the products' age.
INSERT INTO fact (source, name, value, label) VALUES
    ('STOCK', 'inStock', 'true', 'In stock'),
    ('STOCK', 'inStock', 'false', 'In stock');
SELECT note_products(ARRAY(SELECT id FROM product ORDER BY id));
SELECT index_products(ARRAY(SELECT id FROM product));

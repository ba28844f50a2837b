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

SELECT note_products(ARRAY(SELECT id FROM product ORDER BY id));

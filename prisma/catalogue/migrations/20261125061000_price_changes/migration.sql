-- Written by hand: Prisma has no word for these, and does not see them as drift. When the next price begins or
-- ceases to hold is asked with every search that is kept; few prices have such bounds.
CREATE INDEX "offer_valid_from_idx" ON "offer"("valid_from") WHERE isfinite("valid_from");
CREATE INDEX "offer_valid_until_idx" ON "offer"("valid_until") WHERE isfinite("valid_until");

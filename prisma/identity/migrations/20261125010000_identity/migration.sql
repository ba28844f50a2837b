-- CreateEnum
CREATE TYPE "history"."AuditOutcome" AS ENUM ('SUCCESS', 'FAILURE', 'DENIED');

-- CreateEnum
CREATE TYPE "UserStatus" AS ENUM ('ACTIVE', 'LOCKED');

-- CreateTable
CREATE TABLE "history"."audit_event" (
    "sequence" INTEGER NOT NULL,
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "target" TEXT,
    "outcome" "history"."AuditOutcome" NOT NULL,
    "data" JSONB NOT NULL,
    "previous_hash" BYTEA NOT NULL,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "audit_event_pkey" PRIMARY KEY ("sequence")
);

-- CreateTable
CREATE TABLE "session" (
    "bucket" SMALLINT NOT NULL,
    "id" UUID NOT NULL,
    "owner_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "session_pkey" PRIMARY KEY ("id","bucket")
);

-- CreateTable
CREATE TABLE "refresh_token" (
    "bucket" SMALLINT NOT NULL,
    "hash" BYTEA NOT NULL,
    "session_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),
    "successor_salt" BYTEA,

    CONSTRAINT "refresh_token_pkey" PRIMARY KEY ("hash","bucket")
);

-- CreateTable
CREATE TABLE "sign_in_failures" (
    "address" BYTEA NOT NULL,
    "count" INTEGER NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,
    "blocked_until" TIMESTAMPTZ(3),

    CONSTRAINT "sign_in_failures_pkey" PRIMARY KEY ("address")
);

-- CreateTable
CREATE TABLE "signing_key" (
    "kid" TEXT NOT NULL,
    "public_jwk" JSONB NOT NULL,
    "sealed_private_jwk" BYTEA NOT NULL,
    "not_before" TIMESTAMPTZ(3) NOT NULL,
    "retired_at" TIMESTAMPTZ(3),

    CONSTRAINT "signing_key_pkey" PRIMARY KEY ("kid")
);

-- CreateTable
CREATE TABLE "user" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "status" "UserStatus" NOT NULL,
    "password_hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "role" (
    "name" TEXT NOT NULL,
    "description" TEXT,
    "permissions" TEXT[],

    CONSTRAINT "role_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "user_role" (
    "user_id" UUID NOT NULL,
    "role_name" TEXT NOT NULL,

    CONSTRAINT "user_role_pkey" PRIMARY KEY ("user_id","role_name")
);

-- CreateIndex
CREATE UNIQUE INDEX "audit_event_id_key" ON "history"."audit_event"("id");

-- CreateIndex
CREATE INDEX "session_owner_id_id_idx" ON "session"("owner_id", "id");

-- CreateIndex
CREATE INDEX "refresh_token_session_id_bucket_idx" ON "refresh_token"("session_id", "bucket");

-- CreateIndex
CREATE INDEX "sign_in_failures_last_at_idx" ON "sign_in_failures"("last_at");

-- CreateIndex
CREATE UNIQUE INDEX "user_email_key" ON "user"("email");

-- CreateIndex
CREATE INDEX "user_role_role_name_idx" ON "user_role"("role_name");

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "refresh_token" ADD CONSTRAINT "refresh_token_session_id_bucket_fkey" FOREIGN KEY ("session_id", "bucket") REFERENCES "session"("id", "bucket") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "user_role" ADD CONSTRAINT "user_role_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "user_role" ADD CONSTRAINT "user_role_role_name_fkey" FOREIGN KEY ("role_name") REFERENCES "role"("name") ON DELETE RESTRICT ON UPDATE CASCADE;



-- Written by hand: what Prisma's schema can't say.

-- The twelve bits rand_a of an id: where its row lies.
CREATE FUNCTION bucket_of_id(id uuid) RETURNS smallint LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN (((get_byte(uuid_send(id), 6) & 15) << 8) | get_byte(uuid_send(id), 7))::smallint;

ALTER TABLE "session" ADD CONSTRAINT "session_bucket_check" CHECK ("bucket" = bucket_of_id("id"));
ALTER TABLE "refresh_token" ADD CONSTRAINT "refresh_token_bucket_check" CHECK ("bucket" = bucket_of_id("session_id"));
ALTER TABLE "user" ADD CONSTRAINT "user_email_check" CHECK ("email" = lower("email"));
ALTER TABLE "sign_in_failures" ADD CONSTRAINT "sign_in_failures_count_check" CHECK ("count" >= 0);

ALTER TABLE "refresh_token" ADD CONSTRAINT "refresh_token_used_check" CHECK (("used_at" IS NULL) = ("successor_salt" IS NULL));

-- Of a session's tokens one at most is not used yet.
CREATE UNIQUE INDEX "refresh_token_unused" ON "refresh_token"("session_id", "bucket") WHERE "used_at" IS NULL;

-- The roles that are there from the start: each may all that the one before it may.
INSERT INTO "role" ("name", "description", "permissions") VALUES
  ('customer', 'Buys, and runs what was bought.', ARRAY[
    'orders:read:own', 'orders:write:own', 'provisioning:read:own', 'provisioning:write:own',
    'identity:read:own', 'identity:write:own']),
  ('operator', 'Keeps the catalogue, orders, stock and provisioning.', ARRAY[
    'orders:read:own', 'orders:write:own', 'provisioning:read:own', 'provisioning:write:own',
    'identity:read:own', 'identity:write:own',
    'orders:read', 'orders:write', 'provisioning:read', 'provisioning:write',
    'inventory:read', 'inventory:write', 'catalogue:write']),
  ('admin', 'Keeps people, partners and the house itself.', ARRAY[
    'orders:read:own', 'orders:write:own', 'provisioning:read:own', 'provisioning:write:own',
    'identity:read:own', 'identity:write:own',
    'orders:read', 'orders:write', 'provisioning:read', 'provisioning:write',
    'inventory:read', 'inventory:write', 'catalogue:write',
    'identity:read', 'identity:write', 'audit:read', 'webhooks:write', 'operations:publish']);

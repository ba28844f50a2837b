-- The domain's events, in a schema of their own that packages/events reads and writes by SQL. Prisma's
-- schema does not name it, so it is no drift.

CREATE SCHEMA IF NOT EXISTS events;
CREATE SCHEMA IF NOT EXISTS history;

-- What was committed. `seq` is drawn in the transaction: whoever saw another's commit has a higher one.
CREATE TABLE events.outbox (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- Gapless in the domain; given by the relay after the commit.
    position BIGINT UNIQUE,
    streams TEXT[] NOT NULL,
    event JSONB NOT NULL
);
CREATE INDEX outbox_unnumbered ON events.outbox (seq) WHERE position IS NULL;
-- Analysed while many wait, the primary key would be preferred, and read from its start.
ALTER TABLE events.outbox ALTER position SET STATISTICS 0;

-- Where each stream ends; hot rows, so with room to update in place.
CREATE TABLE events.stream (
    name TEXT NOT NULL PRIMARY KEY CHECK (length(name) < 80),
    last BIGINT NOT NULL
) WITH (fillfactor = 20);

CREATE TABLE events.stream_event (
    stream TEXT NOT NULL,
    number BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (stream, number)
);

-- The last position given. Its one row is the relay's lock.
CREATE TABLE events.relay (last BIGINT NOT NULL);
INSERT INTO events.relay VALUES (0);

-- How far this domain has applied another's events.
CREATE TABLE events.inbox (
    source TEXT NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL
);

-- What a caller has already asked for, and the id of what it led to.
CREATE TABLE events.idempotency_key (
    caller TEXT NOT NULL,
    operation TEXT NOT NULL,
    key TEXT NOT NULL CHECK (length(key) <= 255),
    input_hash BYTEA NOT NULL,
    outcome TEXT,
    kept_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (caller, operation, key)
);

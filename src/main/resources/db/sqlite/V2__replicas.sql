-- What lists and searches show, and who writes the run. All of it can be derived again, save for the epoch and loaded_at.
ALTER TABLE thread ADD COLUMN summary TEXT;     -- JSON; null in rows of an older version, until they are completed
ALTER TABLE thread ADD COLUMN title_key TEXT;   -- the title in lower case, for searches
ALTER TABLE thread ADD COLUMN waiting INTEGER;  -- how many interrupts nobody has decided yet
ALTER TABLE thread ADD COLUMN expires_at INTEGER; -- when the first interrupt expires, in milliseconds since the epoch
ALTER TABLE thread ADD COLUMN owner TEXT;       -- the replica whose run it is; null when none is under way
ALTER TABLE thread ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0; -- moved on by each change of owner
ALTER TABLE thread ADD COLUMN loaded_at INTEGER; -- when it was made of another's events, in milliseconds since the epoch

CREATE INDEX thread_by_expiry ON thread (expires_at) WHERE expires_at IS NOT NULL;

-- The processes that share this store.
CREATE TABLE replica (
    id    TEXT    NOT NULL PRIMARY KEY,
    name  TEXT    NOT NULL, -- of its data folder: two that are alive never share one
    until INTEGER NOT NULL  -- the end of its lease by the database's clock, in milliseconds since the epoch
) WITHOUT ROWID;

-- Requests that a client may send again and mean once.
CREATE TABLE request (
    scope       TEXT    NOT NULL, -- a thread's id, or empty
    request_key TEXT    NOT NULL,
    fingerprint TEXT    NOT NULL,
    thread_id   TEXT    NOT NULL REFERENCES thread (id) ON DELETE CASCADE,
    before_seq  INTEGER NOT NULL, -- the thread's last sequence before it was carried out
    owner       TEXT,             -- the replica that works on it, where the answer takes a while
    answer      TEXT,             -- JSON; null where the journal tells it, or while there is none yet
    at          INTEGER NOT NULL, -- milliseconds since the epoch
    PRIMARY KEY (scope, request_key)
) WITHOUT ROWID;

CREATE INDEX request_by_thread ON request (thread_id);
CREATE INDEX request_by_age ON request (at);

-- One row: by this name, which no other store has, sandboxes know whose they are.
CREATE TABLE store (
    id   INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    name TEXT     NOT NULL
);

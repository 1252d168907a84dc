-- One row for each thread; what is here besides the id can be derived from its events.
CREATE TABLE thread (
    id         TEXT    NOT NULL PRIMARY KEY,
    last_seq   INTEGER NOT NULL,
    status     TEXT    NOT NULL,
    updated_at INTEGER NOT NULL -- milliseconds since the epoch
) WITHOUT ROWID;

CREATE INDEX thread_by_activity ON thread (updated_at, id);
CREATE INDEX thread_by_status ON thread (status, updated_at);

CREATE TABLE event (
    thread_id TEXT    NOT NULL REFERENCES thread (id) ON DELETE CASCADE,
    seq       INTEGER NOT NULL,
    at        INTEGER NOT NULL, -- milliseconds since the epoch
    type      TEXT    NOT NULL,
    body      TEXT    NOT NULL, -- JSON
    PRIMARY KEY (thread_id, seq)
);

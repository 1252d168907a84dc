-- A placeholder: the tables of db/sqlite/V1__journal.sql with PostgreSQL's types.
CREATE TABLE thread (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    last_seq   BIGINT NOT NULL,
    status     TEXT   NOT NULL,
    updated_at BIGINT NOT NULL -- milliseconds since the epoch
);

CREATE INDEX thread_by_activity ON thread (updated_at, id);
CREATE INDEX thread_by_status ON thread (status, updated_at);

CREATE TABLE event (
    thread_id TEXT COLLATE "C" NOT NULL REFERENCES thread (id) ON DELETE CASCADE,
    seq       BIGINT NOT NULL,
    at        BIGINT NOT NULL, -- milliseconds since the epoch
    type      TEXT   NOT NULL,
    body      TEXT   NOT NULL, -- JSON
    PRIMARY KEY (thread_id, seq)
);

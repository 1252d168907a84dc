-- One row for each thread; what is here besides the id, the epoch and loaded_at can be derived from its events.
CREATE TABLE thread (
    id         text   NOT NULL PRIMARY KEY COLLATE "C",
    last_seq   bigint NOT NULL,
    status     text   NOT NULL,
    updated_at bigint NOT NULL, -- milliseconds since the epoch
    summary    text,            -- JSON: what lists show
    title_key  text,            -- the title in lower case, for searches
    waiting    integer,         -- how many interrupts nobody has decided yet
    expires_at bigint,          -- when the first interrupt expires, in milliseconds since the epoch
    owner      text,            -- the replica whose run it is; null when none is under way
    epoch      bigint NOT NULL DEFAULT 0, -- moved on by each change of owner
    loaded_at  bigint           -- when it was made of another's events, in milliseconds since the epoch
);

CREATE INDEX thread_by_activity ON thread (updated_at, id);
CREATE INDEX thread_by_status ON thread (status, updated_at);
CREATE INDEX thread_by_expiry ON thread (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE event (
    thread_id text   NOT NULL COLLATE "C" REFERENCES thread (id) ON DELETE CASCADE,
    seq       bigint NOT NULL,
    at        bigint NOT NULL, -- milliseconds since the epoch
    type      text   NOT NULL,
    body      text   NOT NULL, -- JSON
    PRIMARY KEY (thread_id, seq)
);

-- The processes that share this store.
CREATE TABLE replica (
    id    text   NOT NULL PRIMARY KEY,
    name  text   NOT NULL, -- of its data folder: two that are alive never share one
    until bigint NOT NULL  -- the end of its lease by the database's clock, in milliseconds since the epoch
);

-- Requests that a client may send again and mean once.
CREATE TABLE request (
    scope       text   NOT NULL, -- a thread's id, or empty
    request_key text   NOT NULL,
    fingerprint text   NOT NULL,
    thread_id   text   NOT NULL COLLATE "C" REFERENCES thread (id) ON DELETE CASCADE,
    before_seq  bigint NOT NULL, -- the thread's last sequence before it was carried out
    owner       text,            -- the replica that works on it, where the answer takes a while
    answer      text,            -- JSON; null where the journal tells it, or while there is none yet
    at          bigint NOT NULL, -- milliseconds since the epoch
    PRIMARY KEY (scope, request_key)
);

CREATE INDEX request_by_thread ON request (thread_id);
CREATE INDEX request_by_age ON request (at);

-- One row: by this name, which no other store has, sandboxes know whose they are.
CREATE TABLE store (
    id   integer NOT NULL PRIMARY KEY CHECK (id = 1),
    name text    NOT NULL
);

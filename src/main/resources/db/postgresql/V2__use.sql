-- Commands and files use a thread, too, and leave no event. Being loaded was the first of such uses.
ALTER TABLE thread RENAME COLUMN loaded_at TO used_until; -- in milliseconds since the epoch, by the database's clock

package dev.holdpoint.process;

/** What a process can keep its journal in. */
enum Store {
    SQLITE,
    POSTGRESQL
}

package dev.holdpoint.sandbox;

/** What a file system noted of a file before and after the service itself moved it, which it notes as a change. */
record Moved(FileStamp before, FileStamp after) {}

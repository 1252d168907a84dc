package dev.holdpoint.journal;

/**
 * A request that a client may send again and mean once.
 *
 * @param scope what the key is unique in: a thread's id, or empty for what makes a thread
 * @param key the client's own name for the request
 * @param fingerprint of what was asked for: the same key with another one is a mistake
 */
public record RequestKey(String scope, String key, String fingerprint) {}

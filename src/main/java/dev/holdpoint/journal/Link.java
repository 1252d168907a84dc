package dev.holdpoint.journal;

import java.util.function.Consumer;

/**
 * Short messages between the processes that share a store, at once and to all of them, the sender too. Any message can
 * be lost, and nobody is told: whatever matters stands in the journal.
 */
public interface Link extends AutoCloseable {

    /** Longer messages are not sent. PostgreSQL takes payloads below 8,000 bytes. */
    int MAX_CHARS = 7_900;

    /** For a store with one process. */
    Link NONE = new Link() {
        @Override
        public boolean reachesOthers() {
            return false;
        }

        @Override
        public void send(String message) {
            // There is nobody.
        }

        @Override
        public void receive(Consumer<String> listener) {
            // There is nobody.
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    };

    /** Whether there can be others at all. */
    boolean reachesOthers();

    /** Sends a message of ASCII characters soon, and returns at once. */
    void send(String message);

    /** Has the listener called with each message from now on, one at a time, in order for each sender. */
    void receive(Consumer<String> listener);

    @Override
    void close();
}

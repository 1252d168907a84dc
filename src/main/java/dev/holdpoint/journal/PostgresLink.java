package dev.holdpoint.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The link over LISTEN and NOTIFY, on two connections of its own: one listens, one speaks. A connection that breaks is
 * made anew; what was said meanwhile is lost.
 */
public final class PostgresLink implements Link {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresLink.class);
    private static final String CHANNEL = "holdpoint";
    /** Messages that wait to be sent; more than these are dropped, as nobody relies on them. */
    private static final int QUEUE = 4_096;
    /** Messages in one transaction: a notification costs a commit, however many there are in it. */
    private static final int BATCH = 256;

    private static final int LISTEN_MILLIS = 1_000;
    private static final long RECONNECT_MILLIS = 1_000;

    private final PostgresServer server;
    private final BlockingQueue<String> waiting = new ArrayBlockingQueue<>(QUEUE);
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    private final List<Thread> threads;
    private volatile boolean closed;

    private PostgresLink(PostgresServer server) {
        this.server = server;
        this.threads = List.of(thread("listen", this::listen), thread("notify", this::speak));
    }

    /** Opens the link; it connects in the background. */
    public static PostgresLink open(PostgresServer server) {
        PostgresLink link = new PostgresLink(server);
        link.threads.forEach(Thread::start);
        return link;
    }

    private interface Talk {
        void over(Connection c) throws SQLException, InterruptedException;
    }

    private Thread thread(String name, Talk talk) {
        return Thread.ofPlatform().daemon().name("holdpoint-" + name).unstarted(() -> keepTalking(talk));
    }

    private void keepTalking(Talk talk) {
        boolean said = false;
        while (!closed) {
            try (Connection c = server.connect()) {
                said = false;
                talk.over(c);
            } catch (SQLException e) {
                if (!said && !closed) {
                    LOG.warn("no link to the other processes; it is made again: {}", e.getMessage());
                }
                said = true;
                pause();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(RECONNECT_MILLIS);
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    private void listen(Connection c) throws SQLException {
        try (Statement s = c.createStatement()) {
            s.execute("LISTEN " + CHANNEL);
        }
        PGConnection heard = c.unwrap(PGConnection.class);
        while (!closed) {
            PGNotification[] news = heard.getNotifications(LISTEN_MILLIS);
            if (news == null || news.length == 0) {
                // A server that is gone in silence is only noticed by asking.
                try (Statement s = c.createStatement()) {
                    s.execute("SELECT 1");
                }
            } else {
                for (PGNotification n : news) {
                    tell(n.getParameter());
                }
            }
        }
    }

    private void tell(String message) {
        for (Consumer<String> listener : listeners) {
            try {
                listener.accept(message);
            } catch (RuntimeException e) {
                LOG.warn("a message from another process could not be used", e);
            }
        }
    }

    private void speak(Connection c) throws SQLException, InterruptedException {
        c.setAutoCommit(false);
        try (Statement s = c.createStatement()) {
            // Nothing is written that would have to reach the disk.
            s.execute("SET SESSION synchronous_commit = off");
            c.commit();
        }
        try (PreparedStatement s = c.prepareStatement("SELECT pg_notify('" + CHANNEL + "', ?)")) {
            List<String> batch = new ArrayList<>();
            while (!closed) {
                batch.clear();
                batch.add(waiting.take());
                waiting.drainTo(batch, BATCH - 1);
                for (String message : batch) {
                    s.setString(1, message);
                    s.execute();
                }
                c.commit();
            }
        }
    }

    @Override
    public boolean reachesOthers() {
        return true;
    }

    @Override
    public void send(String message) {
        if (message.length() > MAX_CHARS) {
            throw new IllegalArgumentException("a message of " + message.length() + " characters");
        }
        if (!waiting.offer(message)) {
            LOG.debug("the link can't keep up; a message is dropped");
        }
    }

    @Override
    public void receive(Consumer<String> listener) {
        listeners.add(listener);
    }

    @Override
    public void close() {
        closed = true;
        threads.forEach(Thread::interrupt);
    }
}

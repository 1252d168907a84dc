package dev.holdpoint.api;

import dev.holdpoint.agent.StreamSettings;
import dev.holdpoint.event.ThreadId;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * The client of one stream. The framework writes one frame at a time and asks for the next when the system has taken it
 * all, so a frame that stays is a client that doesn't read.
 */
final class StreamReader {

    private static final Logger LOG = LoggerFactory.getLogger(StreamReader.class);

    /** HTTP/2's code for a stream that is no longer wanted. */
    private static final long CANCEL = 8;

    private final ThreadId thread;
    private final HttpServerRequest request;
    private final StreamSettings settings;
    private final ChannelHandlerContext connection;
    private final Channel channel;
    private volatile boolean waiting;
    private final AtomicLong taken = new AtomicLong();
    /** How far the client had come at the last look, and when it last moved; only on the channel's own thread. */
    private long place;

    private long movedAt = System.nanoTime();
    private boolean cut;

    StreamReader(ThreadId thread, HttpServerRequest request, StreamSettings settings) {
        this.thread = thread;
        this.request = request;
        this.settings = settings;
        this.connection = ((ConnectionBase) request.connection()).channelHandlerContext();
        this.channel = connection.channel();
        // Else the system takes megabytes for a client that reads nothing.
        channel.config().setOption(ChannelOption.SO_SNDBUF, settings.bufferBytes());
    }

    void offered() {
        waiting = true;
    }

    /** More is asked for: what was offered is gone. */
    void tookAll() {
        taken.incrementAndGet();
        waiting = false;
    }

    /** To be called often: cuts the client off if it has stood still for too long. */
    void look() {
        channel.eventLoop().execute(() -> {
            long now = System.nanoTime();
            long here = place();
            if (!waiting || here != place) {
                place = here;
                movedAt = now;
            } else if (!cut && now - movedAt > settings.stallTimeout().toNanos()) {
                cut = true;
                cut();
            }
        });
    }

    /** Changes with every frame that was taken, and with every part of a large one. */
    private long place() {
        ChannelOutboundBuffer leaving = channel.unsafe().outboundBuffer();
        long part = leaving == null ? 0 : leaving.currentProgress();
        return (taken.get() << 32) + part;
    }

    private void cut() {
        MDC.put("thread_id", thread.value());
        try {
            LOG.info(
                    "a stream was cut: its client took nothing for {} s",
                    settings.stallTimeout().toSeconds());
        } finally {
            MDC.remove("thread_id");
        }
        if (request.version() == HttpVersion.HTTP_2) {
            request.response().reset(CANCEL);
        } else {
            // Past the framework's own close, which waits until the client has read everything.
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            var _ = connection.close();
        }
    }
}

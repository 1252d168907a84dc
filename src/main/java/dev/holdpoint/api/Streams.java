package dev.holdpoint.api;

import dev.holdpoint.agent.AgentOrchestrator;
import dev.holdpoint.agent.Seen;
import dev.holdpoint.event.ThreadId;
import io.smallrye.mutiny.Multi;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes server-sent events of what a follower sees, one at a time, only as fast as the client takes them. */
@Singleton
final class Streams {

    private static final Logger LOG = LoggerFactory.getLogger(Streams.class);

    /** Parsers drop one blank after the colon; the framework writes none, and people and simple clients expect it. */
    private static final String SPACE = " ";

    private static final long RETRY_MILLIS = 1000;

    private final Sse sse;
    private final StreamGauge gauge;
    private final AgentOrchestrator agents;
    private final SlowReaders slow;

    @Inject
    Streams(Sse sse, StreamGauge gauge, AgentOrchestrator agents, SlowReaders slow) {
        this.sse = sse;
        this.gauge = gauge;
        this.agents = agents;
        this.slow = slow;
    }

    Multi<OutboundSseEvent> of(ThreadId thread, Multi<Seen> seen) {
        return slow.watch(thread, events(seen));
    }

    private Multi<OutboundSseEvent> events(Multi<Seen> seen) {
        AgUi words = new AgUi();
        Multi<OutboundSseEvent> events = seen.onItem()
                .transformToIterable(item -> item instanceof Seen.Idle
                        ? List.of(heartbeat())
                        : words.frames(item).stream().map(this::event).toList());
        return Multi.createBy()
                .concatenating()
                .streams(events, Multi.createFrom().deferred(this::farewell))
                .onSubscription()
                .invoke(gauge::opened)
                .onTermination()
                .invoke(gauge::closed)
                .onFailure()
                .recoverWithMulti(this::broken);
    }

    /** A stream on which nothing may happen for long: it says at once that it is there, then these frames, then all. */
    Multi<OutboundSseEvent> following(ThreadId thread, Multi<Seen> seen, List<Frame> first) {
        Stream<OutboundSseEvent> hello =
                Stream.concat(Stream.of(heartbeat()), first.stream().map(this::event));
        return slow.watch(
                thread,
                Multi.createBy().concatenating().streams(Multi.createFrom().items(hello), events(seen)));
    }

    /** A stream that consists of these frames. */
    Multi<OutboundSseEvent> of(Frame... frames) {
        return Multi.createFrom().items(Stream.of(frames).map(this::event));
    }

    /** Headers are out: the client is told when to come back, and its last id leads it on. */
    private Multi<OutboundSseEvent> broken(Throwable failure) {
        LOG.warn("a stream broke off", failure);
        return Multi.createFrom().item(comeBack("broken off"));
    }

    private Multi<OutboundSseEvent> farewell() {
        return agents.isClosed()
                ? Multi.createFrom().item(comeBack("the service stops"))
                : Multi.createFrom().empty();
    }

    private OutboundSseEvent comeBack(String why) {
        return sse.newEventBuilder()
                .comment(SPACE + why)
                .reconnectDelay(RETRY_MILLIS)
                .build();
    }

    private OutboundSseEvent heartbeat() {
        return sse.newEventBuilder().comment(SPACE + "heartbeat").build();
    }

    private OutboundSseEvent event(Frame frame) {
        OutboundSseEvent.Builder builder =
                sse.newEventBuilder().name(SPACE + frame.type()).data(String.class, SPACE + frame.json());
        return frame.id() == null
                ? builder.build()
                : builder.id(SPACE + frame.id()).build();
    }
}

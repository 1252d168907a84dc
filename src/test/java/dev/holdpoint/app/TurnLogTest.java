package dev.holdpoint.app;

import static dev.holdpoint.app.Told.created;
import static dev.holdpoint.app.Told.run;
import static dev.holdpoint.app.Told.said;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.event.Event;
import dev.holdpoint.event.Event.RunFailed;
import dev.holdpoint.event.Failure;
import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.ThreadId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class TurnLogTest {

    private final ThreadId thread = new ThreadId("thread-1");

    @Test
    void an_end_is_logged_with_its_ids_and_without_what_was_said() {
        List<String> lines = new CopyOnWriteArrayList<>();
        Handler handler = handler(lines);
        Logger logger = Logger.getLogger(TurnLog.class.getName());
        logger.addHandler(handler);

        tell(created(Map.of()), run("run_1"), said("private words"), failed("run_1"));

        logger.removeHandler(handler);
        assertThat(lines).containsExactly("a turn ended: model_unavailable thread-1 run_1");
        assertThat(MDC.get("thread_id")).isNull();
    }

    private void tell(Event... events) {
        var log = new TurnLog();
        var facts = new ThreadFacts(a -> a);
        for (Event event : events) {
            var recorded = new Recorded(thread, facts.seq() + 1, Looking.START, event);
            log.saw(recorded, facts);
            facts.apply(recorded);
        }
    }

    private static Event failed(String runId) {
        return new RunFailed(runId, new Failure(Failure.Code.MODEL_UNAVAILABLE, "private words"));
    }

    private static Handler handler(List<String> lines) {
        return new Handler() {
            @Override
            public void publish(LogRecord logged) {
                Object[] p = logged.getParameters();
                String message = logged.getMessage().replace("{}", p == null ? "" : String.valueOf(p[0]));
                lines.add(message + " " + MDC.get("thread_id") + " " + MDC.get("run_id"));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }
}

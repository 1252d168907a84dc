package dev.holdpoint.api;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * The pieces of the page are kept for a year by whoever gets them; the framework says so before it looks for them. What
 * isn't there is kept by nobody: while versions change, it may be there in a moment.
 */
@Singleton
final class MissingAssets {

    private static final int FIRST = Integer.MIN_VALUE;

    void route(@Observes Router router) {
        router.route("/assets/*").order(FIRST).handler(MissingAssets::watch);
    }

    private static void watch(RoutingContext routing) {
        routing.addHeadersEndHandler(_ -> {
            if (routing.response().getStatusCode() >= 400) {
                routing.response().putHeader("Cache-Control", "no-store");
            }
        });
        routing.next();
    }
}
